// Azurite loads these packages in any case and uses them only with telemetry or a database, which LocalHost never asks for.
// They are nine tenths of what it would install. It extends this one class while it loads.
exports.Model = class {};
