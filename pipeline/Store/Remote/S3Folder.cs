using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.S3.Transfer;
using CranePipeline.Tables;

namespace CranePipeline.Store.Remote;

/// <summary>
/// A bucket of S3, or of a service that speaks its protocol. Credentials, region and endpoint come from the variables and files that other
/// S3 tools read: <c>AWS_ACCESS_KEY_ID</c>, <c>AWS_PROFILE</c>, <c>AWS_REGION</c>, <c>AWS_ENDPOINT_URL_S3</c>.
/// </summary>
internal sealed class S3Folder : IRemoteFolder
{
    private readonly string bucket;
    private readonly string prefix;
    private readonly AmazonS3Client client;

    /// <summary>Opens a bucket; nothing is asked of it yet.</summary>
    public S3Folder(string bucket, string prefix)
    {
        this.bucket = bucket;
        this.prefix = prefix.Length == 0 ? string.Empty : prefix + "/";
        string? endpoint =
            Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL_S3") ?? Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL");
        var configuration = new AmazonS3Config
        {
            MaxErrorRetry = 4,
            // Sums of the whole file are in the manifest; services other than Amazon's do not all know these.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (endpoint is not null)
        {
            configuration.ServiceURL = endpoint;
            configuration.ForcePathStyle = true;
            configuration.AuthenticationRegion = Environment.GetEnvironmentVariable("AWS_REGION") ?? "us-east-1";
        }

        client = Calling(() => new AmazonS3Client(configuration));
    }

    public string Name => $"s3://{bucket}/{prefix}".TrimEnd('/');

    /// <summary>A prefix is not there by itself, and a bucket that is not refuses to be listed.</summary>
    public bool IsThere => true;

    public IReadOnlyList<string> List(string prefix, CancellationToken cancellation) =>
        Calling(() =>
        {
            var names = new List<string>();
            var request = new ListObjectsV2Request { BucketName = bucket, Prefix = this.prefix + prefix };
            do
            {
                ListObjectsV2Response page = client.ListObjectsV2Async(request, cancellation).GetAwaiter().GetResult();
                names.AddRange((page.S3Objects ?? []).Select(entry => entry.Key[this.prefix.Length..]));
                request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
            } while (request.ContinuationToken is not null);

            return names.Order(StringComparer.Ordinal).ToList();
        });

    public bool TryGet(string name, string path, CancellationToken cancellation) =>
        Calling(() =>
        {
            try
            {
                using GetObjectResponse response = client
                    .GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = prefix + name }, cancellation)
                    .GetAwaiter()
                    .GetResult();
                using FileStream file = new(path, FileMode.Create, FileAccess.Write);
                response.ResponseStream.CopyTo(file);
                return true;
            }
            catch (AmazonS3Exception problem) when (problem.StatusCode == System.Net.HttpStatusCode.NotFound)
            {
                return false;
            }
        });

    public void Put(string name, string path, CancellationToken cancellation) =>
        Calling(() =>
        {
            using var transfer = new TransferUtility(client);
            transfer
                .UploadAsync(
                    new TransferUtilityUploadRequest
                    {
                        BucketName = bucket,
                        Key = prefix + name,
                        FilePath = path,
                        // Signing streams chunk by chunk is Amazon's own; a whole signed payload is understood by all.
                        DisablePayloadSigning = false,
                    },
                    cancellation
                )
                .GetAwaiter()
                .GetResult();
            return true;
        });

    public void Dispose() => client.Dispose();

    private T Calling<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (AmazonServiceException problem)
        {
            throw new InputException(
                $"{Name}: {problem.Message.ReplaceLineEndings(" ").TrimEnd('.')}; check the bucket, "
                    + "the region and the credentials (AWS_ACCESS_KEY_ID, AWS_PROFILE, AWS_ENDPOINT_URL_S3)",
                problem
            );
        }
        catch (AmazonClientException problem)
        {
            throw new InputException(
                $"{Name}: {problem.Message.ReplaceLineEndings(" ").TrimEnd('.')}; set "
                    + "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, and AWS_REGION",
                problem
            );
        }
    }
}
