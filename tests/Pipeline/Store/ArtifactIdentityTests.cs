using CranePipeline.Store;
using NUnit.Framework;

namespace CranePipeline.Pipeline.Tests.Store;

public sealed class ArtifactIdentityTests
{
    [Test]
    public void The_key_is_sixteen_hex_digits_and_does_not_depend_on_the_data_set_or_the_inputs_order()
    {
        ArtifactInput first = new("ingest", "0011223344556677");
        ArtifactInput second = new("raw.csv", "sha256:ab");
        ArtifactIdentity one = new("tiktok", "split", 1, """{"seed":9}""", [first, second]);
        ArtifactIdentity other = new("baby", "split", 1, """{"seed":9}""", [second, first]);

        Assert.That(one.Key, Does.Match("^[0-9a-f]{16}$"));
        Assert.That(other.Key, Is.EqualTo(one.Key));
    }

    [Test]
    public void The_key_of_a_known_identity_never_changes()
    {
        // A changed key would rebuild every store there is.
        ArtifactIdentity identity = new(
            "sample",
            "split",
            1,
            """{"seed":9,"split":{"method":"random"}}""",
            [new("ingest", "00")]
        );

        string canonical =
            """{"stage":"split","version":1,"settings":{"seed":9,"split":{"method":"random"}},"inputs":[{"name":"ingest","key":"00"}]}""";
        byte[] hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(canonical));
        Assert.That(identity.Key, Is.EqualTo(Convert.ToHexStringLower(hash)[..16]));
    }

    [FsCheck.NUnit.Property]
    public bool Whatever_decides_the_content_changes_the_key(
        int seed,
        int otherSeed,
        byte version,
        byte otherVersion,
        string input,
        string otherInput
    )
    {
        (input, otherInput) = (Clean(input), Clean(otherInput));
        ArtifactIdentity one = new("d", "s", version, $$"""{"seed":{{seed}}}""", [new("i", input)]);
        ArtifactIdentity other = new("d", "s", otherVersion, $$"""{"seed":{{otherSeed}}}""", [new("i", otherInput)]);
        bool same = seed == otherSeed && version == otherVersion && input == otherInput;
        return same == (one.Key == other.Key);
    }

    private static string Clean(string? text) => new([.. (text ?? string.Empty).Where(char.IsAsciiLetterOrDigit)]);
}
