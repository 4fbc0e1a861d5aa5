using CranePipeline.Ingest.Spark.Connect.Protocol;

namespace CranePipeline.Ingest.Spark.Connect;

/// <summary>The requests of one session.</summary>
internal sealed class ConnectRequests(ConnectionString connection)
{
    private UserContext User => new() { UserId = connection.UserId, UserName = connection.UserId };

    public AnalyzePlanRequest Version() =>
        new()
        {
            SessionId = connection.SessionId,
            UserContext = User,
            ClientType = connection.UserAgent,
            SparkVersion = new AnalyzePlanRequest.Types.SparkVersion(),
        };

    public ExecutePlanRequest Execute(Protocol.Plan plan, string operation, bool isReattachable)
    {
        ExecutePlanRequest request = new()
        {
            SessionId = connection.SessionId,
            UserContext = User,
            ClientType = connection.UserAgent,
            OperationId = operation,
            Plan = plan,
        };
        if (isReattachable)
        {
            request.RequestOptions.Add(
                new ExecutePlanRequest.Types.RequestOption { ReattachOptions = new ReattachOptions { Reattachable = true } }
            );
        }

        return request;
    }

    public ReattachExecuteRequest Reattach(string operation, string? lastResponse)
    {
        ReattachExecuteRequest request = new()
        {
            SessionId = connection.SessionId,
            UserContext = User,
            ClientType = connection.UserAgent,
            OperationId = operation,
        };
        if (lastResponse is not null)
        {
            request.LastResponseId = lastResponse;
        }

        return request;
    }

    public ReleaseExecuteRequest ReleaseAll(string operation) =>
        new()
        {
            SessionId = connection.SessionId,
            UserContext = User,
            ClientType = connection.UserAgent,
            OperationId = operation,
            ReleaseAll = new ReleaseExecuteRequest.Types.ReleaseAll(),
        };

    public ReleaseExecuteRequest ReleaseUntil(string operation, string response) =>
        new()
        {
            SessionId = connection.SessionId,
            UserContext = User,
            ClientType = connection.UserAgent,
            OperationId = operation,
            ReleaseUntil = new ReleaseExecuteRequest.Types.ReleaseUntil { ResponseId = response },
        };

    public InterruptRequest Interrupt(string operation) =>
        new()
        {
            SessionId = connection.SessionId,
            UserContext = User,
            ClientType = connection.UserAgent,
            InterruptType = InterruptRequest.Types.InterruptType.OperationId,
            OperationId = operation,
        };

    public ReleaseSessionRequest ReleaseSession() =>
        new()
        {
            SessionId = connection.SessionId,
            UserContext = User,
            ClientType = connection.UserAgent,
        };
}
