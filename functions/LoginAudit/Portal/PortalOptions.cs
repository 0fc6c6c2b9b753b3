namespace LoginAudit.Portal;

/// <summary>Where the admin page is.</summary>
public sealed class PortalOptions
{
    public const string Section = "Portal";

    /// <summary>Folder of the page's built files. Empty: <c>portal</c> beside the app, where publishing puts them.</summary>
    public string Folder { get; set; } = "";
}
