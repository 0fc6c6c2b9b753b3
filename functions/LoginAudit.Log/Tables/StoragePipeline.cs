using Azure.Core;

namespace LoginAudit.Log.Tables;

/// <summary>Lets a host or a test add to the SDK's pipeline, such as a policy that counts requests.</summary>
public delegate void StoragePipelineHook(ClientOptions options);

/// <summary>The settings of every client of storage.</summary>
internal static class StoragePipeline
{
    /// <param name="options">Of a client.</param>
    /// <param name="answer">How long a try waits for its answer.</param>
    /// <param name="hooks">What a host or a test adds.</param>
    public static T Tune<T>(this T options, TimeSpan answer, IEnumerable<StoragePipelineHook> hooks)
        where T : ClientOptions
    {
        // A caller waits: three quick tries, then it hears the truth.
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.MaxRetries = 3;
        options.Retry.Delay = TimeSpan.FromMilliseconds(200);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(2);
        options.Retry.NetworkTimeout = answer;
        // The SDK's spans carry whole exceptions. Those of System.Net.Http below tell of each request without its content.
        options.Diagnostics.IsDistributedTracingEnabled = false;
        foreach (var hook in hooks)
        {
            hook(options);
        }

        return options;
    }
}
