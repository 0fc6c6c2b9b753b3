using Azure;
using LoginAudit.Log.Tables;

namespace LoginAudit.Tests.Storage;

public sealed class StorageErrorsTests
{
    [Theory]
    [InlineData(0, null, true)]
    [InlineData(408, null, true)]
    [InlineData(429, null, true)]
    [InlineData(500, "OperationTimedOut", true)]
    [InlineData(503, "ServerBusy", true)]
    [InlineData(409, "TableBeingDeleted", true)]
    [InlineData(400, "InvalidInput", false)]
    [InlineData(403, "AuthorizationPermissionMismatch", false)]
    [InlineData(409, "EntityAlreadyExists", false)]
    [InlineData(413, "RequestBodyTooLarge", false)]
    public void IsStorageFailure_AnswerOfTheService_IsWhetherRepeatingMayHelp(int status, string? code, bool expected)
    {
        var answer = new RequestFailedException(status, "An answer.", code, null);

        Assert.Equal(expected, answer.IsStorageFailure());
        Assert.Equal(expected, new AggregateException("Retry failed after 4 tries.", answer, answer).IsStorageFailure());
    }

    [Fact]
    public void IsStorageFailure_NoAnswerAfterSeveralTries_IsOne()
    {
        Assert.True(new AggregateException(new TaskCanceledException("Too long.")).IsStorageFailure());
        Assert.True(new AggregateException(new HttpRequestException("Refused.")).IsStorageFailure());
        Assert.True(new AggregateException(new IOException("Reset.")).IsStorageFailure());
    }

    [Fact]
    public void IsStorageFailure_CallerWhoWentAwayOrABug_IsNone()
    {
        Assert.False(new OperationCanceledException().IsStorageFailure());
        Assert.False(new IOException("The caller's body.").IsStorageFailure());
        Assert.False(new InvalidOperationException().IsStorageFailure());
        Assert.False(new AggregateException(new InvalidOperationException()).IsStorageFailure());
    }
}
