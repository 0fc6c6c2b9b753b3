using LoginAudit.Generator;

return await GeneratorCommand.RunAsync(args, GeneratorCommand.FindRoot(), Console.Out, Console.Error);
