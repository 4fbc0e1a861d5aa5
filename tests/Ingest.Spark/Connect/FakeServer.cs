using System.Collections.Concurrent;
using CranePipeline.Ingest.Spark.Connect;
using CranePipeline.Ingest.Spark.Connect.Protocol;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CranePipeline.Ingest.Spark.Tests.Connect;

/// <summary>Spark Connect's calls, each answered as a test says; the names are spelt out once more, as the protocol has them.</summary>
[BindServiceMethod(typeof(ConnectService), nameof(Bind))]
internal abstract class ConnectService
{
    private const string Name = "spark.connect.SparkConnectService";

    public static void Bind(ServiceBinderBase binder, ConnectService? service)
    {
        binder.AddMethod(
            new Method<ExecutePlanRequest, ExecutePlanResponse>(
                MethodType.ServerStreaming,
                Name,
                nameof(ExecutePlan),
                Of(ExecutePlanRequest.Parser),
                Of(ExecutePlanResponse.Parser)
            ),
            service is null ? null! : service.ExecutePlan
        );
        binder.AddMethod(
            new Method<ReattachExecuteRequest, ExecutePlanResponse>(
                MethodType.ServerStreaming,
                Name,
                nameof(ReattachExecute),
                Of(ReattachExecuteRequest.Parser),
                Of(ExecutePlanResponse.Parser)
            ),
            service is null ? null! : service.ReattachExecute
        );
        binder.AddMethod(
            Unary(nameof(AnalyzePlan), AnalyzePlanRequest.Parser, AnalyzePlanResponse.Parser),
            service is null ? null! : service.AnalyzePlan
        );
        binder.AddMethod(
            Unary(nameof(Interrupt), InterruptRequest.Parser, InterruptResponse.Parser),
            service is null ? null! : service.Interrupt
        );
        binder.AddMethod(
            Unary(nameof(ReleaseExecute), ReleaseExecuteRequest.Parser, ReleaseExecuteResponse.Parser),
            service is null ? null! : service.ReleaseExecute
        );
        binder.AddMethod(
            Unary(nameof(ReleaseSession), ReleaseSessionRequest.Parser, ReleaseSessionResponse.Parser),
            service is null ? null! : service.ReleaseSession
        );
    }

    public abstract Task ExecutePlan(
        ExecutePlanRequest request,
        IServerStreamWriter<ExecutePlanResponse> stream,
        ServerCallContext context
    );

    public abstract Task ReattachExecute(
        ReattachExecuteRequest request,
        IServerStreamWriter<ExecutePlanResponse> stream,
        ServerCallContext context
    );

    public abstract Task<AnalyzePlanResponse> AnalyzePlan(AnalyzePlanRequest request, ServerCallContext context);

    public abstract Task<InterruptResponse> Interrupt(InterruptRequest request, ServerCallContext context);

    public abstract Task<ReleaseExecuteResponse> ReleaseExecute(ReleaseExecuteRequest request, ServerCallContext context);

    public abstract Task<ReleaseSessionResponse> ReleaseSession(ReleaseSessionRequest request, ServerCallContext context);

    private static Method<TRequest, TResponse> Unary<TRequest, TResponse>(
        string name,
        MessageParser<TRequest> request,
        MessageParser<TResponse> response
    )
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> => new(MethodType.Unary, Name, name, Of(request), Of(response));

    private static Marshaller<T> Of<T>(MessageParser<T> parser)
        where T : class, IMessage<T> => Marshallers.Create(message => message.ToByteArray(), parser.ParseFrom);
}

/// <summary>Notes each request and lets the server answer.</summary>
internal sealed class FakeService(FakeServer server) : ConnectService
{
    public override async Task ExecutePlan(
        ExecutePlanRequest request,
        IServerStreamWriter<ExecutePlanResponse> stream,
        ServerCallContext context
    )
    {
        server.Note(request, context);
        await server.OnExecute(request, stream, context).ConfigureAwait(false);
    }

    public override async Task ReattachExecute(
        ReattachExecuteRequest request,
        IServerStreamWriter<ExecutePlanResponse> stream,
        ServerCallContext context
    )
    {
        server.Note(request, context);
        await server.OnReattach(request, stream, context).ConfigureAwait(false);
    }

    public override Task<AnalyzePlanResponse> AnalyzePlan(AnalyzePlanRequest request, ServerCallContext context)
    {
        server.Note(request, context);
        return Task.FromResult(server.OnAnalyze(request));
    }

    public override Task<InterruptResponse> Interrupt(InterruptRequest request, ServerCallContext context)
    {
        server.Note(request, context);
        return Task.FromResult(new InterruptResponse());
    }

    public override Task<ReleaseExecuteResponse> ReleaseExecute(ReleaseExecuteRequest request, ServerCallContext context)
    {
        server.Note(request, context);
        return Task.FromResult(new ReleaseExecuteResponse());
    }

    public override Task<ReleaseSessionResponse> ReleaseSession(ReleaseSessionRequest request, ServerCallContext context)
    {
        server.Note(request, context);
        return Task.FromResult(new ReleaseSessionResponse());
    }
}

/// <summary>Answers a plan's stream.</summary>
internal delegate Task Answer<in TRequest>(
    TRequest request,
    IServerStreamWriter<ExecutePlanResponse> stream,
    ServerCallContext context
);

/// <summary>A gRPC server on a free port of this machine.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly WebApplication application;

    private FakeServer(WebApplication application) => this.application = application;

    /// <summary>What an execution answers.</summary>
    public Answer<ExecutePlanRequest> OnExecute { get; set; } =
        (_, _, _) => throw new RpcException(new Grpc.Core.Status(StatusCode.Internal, "no answer"));

    /// <summary>What taking up an execution again answers.</summary>
    public Answer<ReattachExecuteRequest> OnReattach { get; set; } =
        (_, _, _) => throw new RpcException(new Grpc.Core.Status(StatusCode.Internal, "no answer"));

    /// <summary>What a question for the version answers.</summary>
    public Func<AnalyzePlanRequest, AnalyzePlanResponse> OnAnalyze { get; set; } = _ => Version("3.5.1");

    /// <summary>Every request, in the order in which they came.</summary>
    public ConcurrentQueue<IMessage> Requests { get; } = [];

    /// <summary>The headers of each.</summary>
    public ConcurrentQueue<IReadOnlyDictionary<string, string>> Headers { get; } = [];

    /// <summary>Where it is.</summary>
    public ConnectionString Connection(string more = "") =>
        ConnectionString.Parse($"sc://127.0.0.1:{new Uri(Address).Port}/;user_id=ada{more}");

    private string Address =>
        application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<FakeServer> Start()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2)
        );
        builder.Services.AddGrpc();
        FakeServer? server = null;
        builder.Services.AddSingleton(_ => server!);
        WebApplication application = builder.Build();
        server = new FakeServer(application);
        application.MapGrpcService<FakeService>();
        await application.StartAsync().ConfigureAwait(false);
        return server;
    }

    public static AnalyzePlanResponse Version(string version) =>
        new() { SparkVersion = new AnalyzePlanResponse.Types.SparkVersion { Version = version } };

    public void Note(IMessage request, ServerCallContext context)
    {
        Requests.Enqueue(request);
        Headers.Enqueue(
            context.RequestHeaders.Where(header => !header.IsBinary).ToDictionary(header => header.Key, header => header.Value)
        );
    }

    public async ValueTask DisposeAsync() => await application.DisposeAsync().ConfigureAwait(false);
}
