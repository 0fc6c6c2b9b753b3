using LoginAudit.Http;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace LoginAudit.Tests.Http;

public sealed class GuardedResultTests
{
    public static TheoryData<string, bool, bool> Failures => new()
    {
        { "cancelled", true, true },
        { "io", true, true },
        { "reset", false, true }, // tells by itself
        { "cancelled", false, false },
        { "io", false, false },
        { "other", true, false },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Execute_Fails_OnlyWhatTheCallersLeavingExplainsIsHeld(string failure, bool left, bool held)
    {
        var told = 0;
        var result = new GuardedResult(new Failing(Make(failure)), () => told++);
        var context = new DefaultHttpContext { RequestAborted = new CancellationToken(left) };

        var thrown = await Record.ExceptionAsync(() => result.ExecuteAsync(context));

        Assert.Equal(held, thrown is null);
        Assert.Equal(held ? 1 : 0, told);
    }

    [Fact]
    public void StatusCode_IsTheInnerResults()
    {
        Assert.Equal(202, new GuardedResult(Results.StatusCode(202), () => { }).StatusCode);
        Assert.Null(new GuardedResult(new Failing(new IOException()), () => { }).StatusCode);
    }

    private static Exception Make(string failure) => failure switch
    {
        "cancelled" => new TaskCanceledException(),
        "io" => new IOException("broken pipe"),
        "reset" => new ConnectionResetException("reset"),
        _ => new InvalidOperationException("ours"),
    };

    private sealed class Failing(Exception failure) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => Task.FromException(failure);
    }
}
