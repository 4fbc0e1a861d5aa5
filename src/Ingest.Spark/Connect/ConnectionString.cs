using System.Globalization;
using CranePipeline.Tables;

namespace CranePipeline.Ingest.Spark.Connect;

/// <summary>
/// Where a Spark Connect server is and how to speak to it, in Spark's own form: <c>sc://host:port/;token=…;use_ssl=true;user_id=…</c>.
/// Values are URL-encoded; parameters that are not Spark's are sent as headers.
/// </summary>
public sealed record ConnectionString
{
    private const int UsualPort = 15002;
    private const int UsualMessageBytes = 128 << 20;

    /// <summary>Host name or address.</summary>
    public required string Host { get; init; }

    /// <summary>Port.</summary>
    public int Port { get; init; } = UsualPort;

    /// <summary>Whether to speak TLS; a token is never sent without.</summary>
    public bool UseTls { get; init; }

    /// <summary>The bearer token, or null.</summary>
    public string? Token { get; init; }

    /// <summary>Whose session it is.</summary>
    public string UserId { get; init; } = "";

    /// <summary>How the client is called in the server's logs.</summary>
    public string UserAgent { get; init; } = "crane-pipeline";

    /// <summary>The session, a UUID; a new one where none is given.</summary>
    public string SessionId { get; init; } = "";

    /// <summary>The largest message, in bytes.</summary>
    public int MessageBytes { get; init; } = UsualMessageBytes;

    /// <summary>Further headers of every call.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The server's address.</summary>
    public Uri Address => new($"{(UseTls ? "https" : "http")}://{Host}:{Port.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>Without anything secret.</summary>
    public override string ToString() => $"sc://{Host}:{Port.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Reads a connection string.</summary>
    /// <exception cref="InputException">It is none.</exception>
    public static ConnectionString Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (
            !Uri.TryCreate(text.Split(';')[0], UriKind.Absolute, out Uri? address)
            || address.Scheme != "sc"
            || address.Host.Length == 0
            || address.AbsolutePath.Trim('/').Length > 0
        )
        {
            throw new InputException(
                $"-Spark is '{text.Split(';')[0]}', which is no Spark Connect "
                    + "address; write sc://host:15002 or sc://host:15002/;token=TOKEN"
            );
        }

        ConnectionString connection = new()
        {
            Host = address.Host,
            Port = address.Port > 0 ? address.Port : UsualPort,
            UserId = Environment.UserName,
            SessionId = Guid.NewGuid().ToString(),
        };
        bool? tls = null;
        Dictionary<string, string> headers = [];
        foreach (string parameter in text.Split(';').Skip(1).Where(parameter => parameter.Length > 0))
        {
            int equals = parameter.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new InputException($"-Spark has '{Name(parameter)}', where ;name=value is expected");
            }

            string name = parameter[..equals];
            string value = Uri.UnescapeDataString(parameter[(equals + 1)..]);
            switch (name)
            {
                case "use_ssl":
                    tls = bool.TryParse(value, out bool wanted)
                        ? wanted
                        : throw new InputException($"-Spark has use_ssl={value}; it is true or false");
                    break;
                case "token":
                    connection = connection with { Token = value };
                    break;
                case "user_id":
                    connection = connection with { UserId = value };
                    break;
                case "user_agent":
                    connection = connection with { UserAgent = value };
                    break;
                case "session_id":
                    connection = Guid.TryParse(value, out Guid session)
                        ? connection with
                        {
                            SessionId = session.ToString(),
                        }
                        : throw new InputException($"-Spark has session_id={value}, which is no UUID");
                    break;
                case "grpc_max_message_size":
                    connection =
                        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int bytes) && bytes > 0
                            ? connection with
                            {
                                MessageBytes = bytes,
                            }
                            : throw new InputException($"-Spark has grpc_max_message_size={value}; it is a number of bytes");
                    break;
                default:
                    headers[name] = value;
                    break;
            }
        }

        if (tls == false && connection.Token is not null)
        {
            throw new InputException("-Spark has a token and use_ssl=false; a token is only sent over TLS, so leave use_ssl out");
        }

        return connection with
        {
            UseTls = tls ?? connection.Token is not null,
            Headers = headers,
        };
    }

    // What follows a mistyped separator may be a token.
    private static string Name(string parameter) => parameter.Length > 12 ? parameter[..12] + "…" : parameter;
}
