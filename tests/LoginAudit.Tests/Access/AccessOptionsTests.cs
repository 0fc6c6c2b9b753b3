using System.ComponentModel.DataAnnotations;
using LoginAudit.Auth;

namespace LoginAudit.Tests.Access;

public sealed class AccessOptionsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("https://admin.example.com")]
    [InlineData("https://admin.example.com  https://other.example.com:8443")]
    [InlineData("http://localhost:5173")]
    public void Validate_Origins_AreTaken(string origins)
    {
        Assert.Empty(Validate(new AccessOptions { AllowedOrigins = origins }));
    }

    [Theory]
    [InlineData("*")]
    [InlineData("https://admin.example.com/")]
    [InlineData("https://admin.example.com/portal")]
    [InlineData("http://admin.example.com")]
    [InlineData("admin.example.com")]
    [InlineData("https://*.example.com")]
    [InlineData("null")]
    public void Validate_WhatIsNoOrigin_IsNamed(string origin)
    {
        Assert.Equal(
            [$"Access__AllowedOrigins got '{origin}'; it takes origins such as https://admin.example.com, without a path, parted by spaces."],
            Validate(new AccessOptions { AllowedOrigins = "https://good.example.com " + origin }));
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde")]
    [InlineData("0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef")]
    public void Validate_OperatorKeyHashThatIsNone_IsNamed(string hash)
    {
        Assert.Equal(["Access__OperatorKeyHash takes 64 lower-case hex digits, or nothing."], Validate(new AccessOptions { OperatorKeyHash = hash }));
    }

    [Fact]
    public void Validate_NumbersOutOfRange_AreNamed()
    {
        var options = new AccessOptions { ForwardedHops = 6, RateBurst = 0, RatePerPeriod = 0, RatePeriod = TimeSpan.Zero };

        Assert.Equal(4, Validate(options).Count);
    }

    private static List<string> Validate(AccessOptions options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return [.. results.Select(result => result.ErrorMessage!)];
    }
}
