using System.Globalization;
using System.Text.Json;
using Azure.Storage.Queues.Models;
using Google.Protobuf;
using LoginAudit.LocalHost.Host.Rpc;

namespace LoginAudit.LocalHost.Host;

/// <summary>A message as a worker's queue trigger takes it.</summary>
internal static class QueueFunction
{
    public static InvocationRequest Invocation(Function function, QueueMessage message)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["MessageId"] = message.MessageId,
            ["PopReceipt"] = message.PopReceipt,
            ["MessageText"] = message.MessageText,
            ["DequeueCount"] = message.DequeueCount,
            ["NextVisibleOn"] = message.NextVisibleOn,
            ["InsertedOn"] = message.InsertedOn,
            ["ExpiresOn"] = message.ExpiresOn,
        });
        var request = new InvocationRequest { InvocationId = Guid.CreateVersion7().ToString(), FunctionId = function.Id };
        request.InputData.Add(new ParameterBinding
        {
            Name = function.Parameter,
            Data = new TypedData
            {
                ModelBindingData = new ModelBindingData
                {
                    Version = "1.0",
                    Source = "AzureStorageQueues",
                    ContentType = "application/json",
                    Content = ByteString.CopyFrom(content),
                },
            },
        });
        Add("QueueTrigger", message.MessageText);
        Add("Id", message.MessageId);
        Add("PopReceipt", message.PopReceipt);
        Add("DequeueCount", message.DequeueCount.ToString(CultureInfo.InvariantCulture));
        Add("InsertionTime", Text(message.InsertedOn));
        Add("ExpirationTime", Text(message.ExpiresOn));
        Add("NextVisibleTime", Text(message.NextVisibleOn));
        return request;

        void Add(string name, string value) => request.TriggerMetadata[name] = new TypedData { String = value };

        static string Text(DateTimeOffset? time) => time?.ToString("O", CultureInfo.InvariantCulture) ?? "";
    }
}
