using LoginAudit.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace LoginAudit.Http;

/// <summary>Problem details for what no function answers: exceptions outside functions, and answers without a body.</summary>
/// <remarks>A startup filter, since the Functions worker lets an app add no middleware of ASP.NET Core in another way.</remarks>
internal sealed partial class ProblemPages(ILogger<ProblemPages> logger) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = AnswerFailureAsync,
            // It would log the exception's own message, which may quote the request.
            SuppressDiagnosticsCallback = _ => true,
        });
        app.UseStatusCodePages(page => AnswerAsync(page.HttpContext));
        next(app);
    };

    private Task AnswerFailureAsync(HttpContext context)
    {
        var error = context.Features.GetRequiredFeature<IExceptionHandlerFeature>().Error;
        if (error is not BadHttpRequestException)
        {
            Log.Failed(logger, error.Describe());
        }

        return AnswerAsync(context);
    }

    private static Task AnswerAsync(HttpContext context)
    {
        SecurityHeaders.Add(context.Response);
        return ProblemAnswer.Of(context.Request, Problem(context.Response.StatusCode)).ExecuteAsync(context);
    }

    private static ProblemException Problem(int status) => status switch
    {
        StatusCodes.Status404NotFound => ProblemException.NotFound("call"),
        StatusCodes.Status413PayloadTooLarge => new(status, ProblemCodes.BodyTooLarge, "The body is too large."),
        >= 500 => new(status, ProblemCodes.Internal, "An error of ours. It is logged."),
        _ => new(status, ProblemCodes.InvalidRequest, "The request could not be answered."),
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "A request failed outside a function: {Failure}")]
        public static partial void Failed(ILogger logger, string failure);
    }
}
