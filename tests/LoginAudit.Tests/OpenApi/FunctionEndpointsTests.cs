using LoginAudit.Generator.OpenApi;

namespace LoginAudit.Tests.OpenApi;

public sealed class FunctionEndpointsTests
{
    [Theory]
    [InlineData("get", "get")]
    [InlineData("get,head", "get")]
    [InlineData("HEAD,GET", "GET")]
    [InlineData("get,head,options", "get,options")]
    [InlineData("head,options", "head,options")]
    [InlineData("head", "head")]
    [InlineData("put", "put")]
    public void DocumentedMethods_HeadBesideGet_IsLeftOut(string methods, string expected)
    {
        Assert.Equal(expected.Split(','), FunctionEndpoints.DocumentedMethods(methods.Split(',')));
    }
}
