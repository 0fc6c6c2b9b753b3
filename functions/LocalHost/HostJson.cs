namespace LoginAudit.LocalHost;

/// <summary>What LocalHost takes from host.json, the Functions host's own settings.</summary>
/// <param name="BatchSize">Messages received at once, 1 to 32.</param>
/// <param name="NewBatchThreshold">Fetches again when so few are in work.</param>
/// <param name="VisibilityTimeout">How long a failed message waits for its next try.</param>
/// <param name="MaxDequeueCount">Tries before a message goes to the poison queue.</param>
/// <param name="MaxPollingInterval">The longest pause between two looks into an empty queue.</param>
internal sealed record HostJson(
    int BatchSize, int NewBatchThreshold, TimeSpan VisibilityTimeout, int MaxDequeueCount, TimeSpan MaxPollingInterval)
{
    /// <exception cref="StartException">host.json asks for what LocalHost has not.</exception>
    public static HostJson Read(string folder)
    {
        var queues = new ConfigurationBuilder().AddJsonFile(Path.Combine(folder, "host.json")).Build().GetSection("extensions:queues");
        var encoding = queues["messageEncoding"] ?? "base64";
        if (!encoding.Equals("base64", StringComparison.OrdinalIgnoreCase))
        {
            throw new StartException($"host.json: extensions.queues.messageEncoding is '{encoding}'; the app's messages are base64.");
        }

        // The defaults are the Functions host's.
        var batchSize = queues.GetValue("batchSize", 16);
        return new HostJson(
            batchSize,
            queues.GetValue("newBatchThreshold", batchSize / 2),
            queues.GetValue("visibilityTimeout", TimeSpan.Zero),
            queues.GetValue("maxDequeueCount", 5),
            queues.GetValue("maxPollingInterval", TimeSpan.FromMinutes(1)));
    }
}
