namespace LoginAudit.LocalHost.Host;

/// <summary>What LocalHost takes from host.json, the Functions host's own settings; the defaults are the host's.</summary>
internal sealed record HostJson
{
    /// <summary>Limit of one run of a function that HTTP does not trigger.</summary>
    public TimeSpan FunctionTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>What stands before every route.</summary>
    public string RoutePrefix { get; init; } = "api";

    /// <summary>HTTP calls in work at once; the next ones wait. -1: no limit.</summary>
    public int MaxConcurrentRequests { get; init; } = -1;

    /// <summary>HTTP calls in work or waiting; the next one is answered 429. -1: no limit.</summary>
    public int MaxOutstandingRequests { get; init; } = -1;

    /// <summary>Added to every answer that does not have them.</summary>
    public IReadOnlyDictionary<string, string> CustomHeaders { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public QueueSettings Queues { get; init; } = new();

    /// <exception cref="StartException">host.json asks for something that LocalHost does not have.</exception>
    public static HostJson Read(string folder)
    {
        var path = Path.Combine(folder, "host.json");
        if (!File.Exists(path))
        {
            throw new StartException($"There is no host.json in {folder}.");
        }

        var root = new ConfigurationBuilder().AddJsonFile(path).Build();
        var http = root.GetSection("extensions:http");
        var queues = root.GetSection("extensions:queues");
        var encoding = queues["messageEncoding"] ?? "base64";
        if (!encoding.Equals("base64", StringComparison.OrdinalIgnoreCase))
        {
            throw new StartException($"host.json: extensions.queues.messageEncoding got '{encoding}'; LocalHost takes base64.");
        }

        var defaults = new HostJson();
        var batchSize = queues.GetValue("batchSize", defaults.Queues.BatchSize);
        return new HostJson
        {
            FunctionTimeout = root.GetValue("functionTimeout", defaults.FunctionTimeout),
            RoutePrefix = http["routePrefix"] ?? defaults.RoutePrefix,
            MaxConcurrentRequests = http.GetValue("maxConcurrentRequests", defaults.MaxConcurrentRequests),
            MaxOutstandingRequests = http.GetValue("maxOutstandingRequests", defaults.MaxOutstandingRequests),
            CustomHeaders = http.GetSection("customHeaders").GetChildren()
                .ToDictionary(header => header.Key, header => header.Value ?? "", StringComparer.Ordinal),
            Queues = new QueueSettings
            {
                BatchSize = batchSize,
                NewBatchThreshold = queues.GetValue("newBatchThreshold", batchSize / 2),
                VisibilityTimeout = queues.GetValue("visibilityTimeout", defaults.Queues.VisibilityTimeout),
                MaxDequeueCount = queues.GetValue("maxDequeueCount", defaults.Queues.MaxDequeueCount),
                MaxPollingInterval = queues.GetValue("maxPollingInterval", defaults.Queues.MaxPollingInterval),
            },
        };
    }
}

/// <summary>The settings of queue triggers, <c>extensions.queues</c> in host.json.</summary>
internal sealed record QueueSettings
{
    /// <summary>Messages received at once, 1 to 32.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>The next batch is fetched when at most so many messages are in work.</summary>
    public int NewBatchThreshold { get; init; } = 8;

    /// <summary>How long a failed message waits for its next try.</summary>
    public TimeSpan VisibilityTimeout { get; init; } = TimeSpan.Zero;

    /// <summary>Tries before a message goes to the poison queue.</summary>
    public int MaxDequeueCount { get; init; } = 5;

    /// <summary>The longest pause between two looks into an empty queue.</summary>
    public TimeSpan MaxPollingInterval { get; init; } = TimeSpan.FromMinutes(1);
}
