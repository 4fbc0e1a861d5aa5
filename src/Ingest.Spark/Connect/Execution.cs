using System.Runtime.CompilerServices;
using CranePipeline.Ingest.Spark.Connect.Protocol;
using Grpc.Core;
using Polly;

namespace CranePipeline.Ingest.Spark.Connect;

/// <summary>
/// One plan carried out by the server, as a stream of responses. The server keeps the responses until they are released, so that a stream
/// which breaks, or which the server ends early, goes on behind the last response that came.
/// </summary>
internal sealed class Execution(
    SparkConnectService.SparkConnectServiceClient client,
    ConnectRequests requests,
    ResiliencePipeline retry,
    bool isReattachable
)
{
    private readonly string operation = Guid.NewGuid().ToString();
    private string? lastResponse;
    private AsyncServerStreamingCall<ExecutePlanResponse>? call;
    private bool isComplete;
    private bool wasOpened;
    private bool hasAnswered;

    /// <summary>Runs the plan.</summary>
    /// <exception cref="RpcException">The server refuses it, or cannot be reached again.</exception>
    public async IAsyncEnumerable<ExecutePlanResponse> Run(
        Protocol.Plan plan,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        try
        {
            while (await Next(plan, cancellation).ConfigureAwait(false) is { } response)
            {
                yield return response;
                await Release(response).ConfigureAwait(false);
            }
        }
        finally
        {
            call?.Dispose();
            if (cancellation.IsCancellationRequested && !isComplete)
            {
                await Quietly(() => client.InterruptAsync(requests.Interrupt(operation)).ResponseAsync).ConfigureAwait(false);
            }

            if (isReattachable)
            {
                await Quietly(() => client.ReleaseExecuteAsync(requests.ReleaseAll(operation)).ResponseAsync)
                    .ConfigureAwait(false);
            }
        }
    }

    private async Task<ExecutePlanResponse?> Next(Protocol.Plan plan, CancellationToken cancellation)
    {
        while (!isComplete)
        {
            ExecutePlanResponse? response = await retry
                .ExecuteAsync(async token => await Read(plan, token).ConfigureAwait(false), cancellation)
                .ConfigureAwait(false);
            if (response is null)
            {
                // The end without word of completion: there is more behind it where the execution can be gone on with.
                isComplete = !isReattachable;
                continue;
            }

            hasAnswered = true;
            lastResponse = response.ResponseId.Length > 0 ? response.ResponseId : lastResponse;
            isComplete = response.ResponseTypeCase == ExecutePlanResponse.ResponseTypeOneofCase.ResultComplete;
            if (!isComplete)
            {
                return response;
            }
        }

        return null;
    }

    private async Task<ExecutePlanResponse?> Read(Protocol.Plan plan, CancellationToken cancellation)
    {
        call ??= wasOpened
            ? client.ReattachExecute(requests.Reattach(operation, lastResponse), cancellationToken: cancellation)
            : client.ExecutePlan(requests.Execute(plan, operation, isReattachable), cancellationToken: cancellation);
        try
        {
            bool more = await call.ResponseStream.MoveNext(cancellation).ConfigureAwait(false);
            wasOpened = isReattachable;
            if (more)
            {
                return call.ResponseStream.Current;
            }

            Close();
            return null;
        }
        catch (RpcException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (RpcException error) when (ServerErrors.IsUnknownOperation(error) && !hasAnswered && wasOpened)
        {
            // The request never arrived, so that there is nothing to go on with: it is sent again.
            Close();
            wasOpened = false;
            return await Read(plan, cancellation).ConfigureAwait(false);
        }
        catch (RpcException error)
        {
            Close();
            wasOpened |= isReattachable && ServerErrors.IsPassing(error);
            // Without a place to go on from, a second execution could do the work twice.
            if (!isReattachable && hasAnswered)
            {
                throw new RpcException(new Grpc.Core.Status(StatusCode.Aborted, $"the stream broke: {error.Status.Detail}"));
            }

            throw;
        }
    }

    private void Close()
    {
        call?.Dispose();
        call = null;
    }

    private Task Release(ExecutePlanResponse response) =>
        isReattachable && response.ResponseTypeCase == ExecutePlanResponse.ResponseTypeOneofCase.ArrowBatch
            ? Quietly(() => client.ReleaseExecuteAsync(requests.ReleaseUntil(operation, response.ResponseId)).ResponseAsync)
            : Task.CompletedTask;

    /// <summary>What only saves the server memory must not fail the work.</summary>
    private static async Task Quietly(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (RpcException)
        {
            // The server forgets by itself after a while.
        }
    }
}
