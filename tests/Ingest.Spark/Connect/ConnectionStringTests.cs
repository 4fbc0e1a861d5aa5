using CranePipeline.Ingest.Spark.Connect;
using CranePipeline.Tables;
using NUnit.Framework;

namespace CranePipeline.Ingest.Spark.Tests.Connect;

/// <summary>Spark's connection string.</summary>
public sealed class ConnectionStringTests
{
    [Test]
    public void Host_port_and_parameters_are_read()
    {
        ConnectionString connection = ConnectionString.Parse(
            "sc://spark.example:443/;token=a%3Bb;user_id=ada;session_id=00112233-4455-6677-8899-aabbccddeeff;user_agent=me;x-team=blue"
        );
        Assert.That(
            (connection.Host, connection.Port, connection.UseTls, connection.Token),
            Is.EqualTo(("spark.example", 443, true, "a;b"))
        );
        Assert.That((connection.UserId, connection.UserAgent), Is.EqualTo(("ada", "me")));
        Assert.That(connection.SessionId, Is.EqualTo("00112233-4455-6677-8899-aabbccddeeff"));
        Assert.That(connection.Headers, Is.EqualTo(new Dictionary<string, string> { ["x-team"] = "blue" }));
        Assert.That(connection.Address.AbsoluteUri, Is.EqualTo("https://spark.example/"));
        Assert.That(connection.ToString(), Is.EqualTo("sc://spark.example:443"), "a token is never shown");
    }

    [TestCase("sc://host", "http://host:15002/")]
    [TestCase("sc://host:1/", "http://host:1/")]
    [TestCase("sc://host:1/;use_ssl=true", "https://host:1/")]
    [TestCase("sc://[::1]:15002", "http://[::1]:15002/")]
    public void What_is_left_out_is_as_in_Spark(string text, string address)
    {
        ConnectionString connection = ConnectionString.Parse(text);
        Assert.That(connection.Address.AbsoluteUri, Is.EqualTo(address));
        Assert.That(connection.Token, Is.Null);
        Assert.That(Guid.TryParse(connection.SessionId, out _), Is.True);
    }

    [TestCase("localhost:15002", "no Spark Connect address")]
    [TestCase("spark://host:7077", "no Spark Connect address")]
    [TestCase("sc://host:15002/path", "no Spark Connect address")]
    [TestCase("sc://host/;token", "where ;name=value is expected")]
    [TestCase("sc://host/;use_ssl=maybe", "use_ssl=maybe")]
    [TestCase("sc://host/;session_id=7", "no UUID")]
    [TestCase("sc://host/;grpc_max_message_size=lots", "number of bytes")]
    [TestCase("sc://host/;token=secret;use_ssl=false", "only sent over TLS")]
    public void Mistakes_are_told(string text, string reason)
    {
        InputException error = Assert.Throws<InputException>(() => ConnectionString.Parse(text))!;
        Assert.That(error.Message, Does.Contain(reason).And.Not.Contain("secret"));
    }
}
