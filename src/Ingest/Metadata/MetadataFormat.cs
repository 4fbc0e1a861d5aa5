namespace CranePipeline.Ingest.Metadata;

/// <summary>How a line of a metadata file is written.</summary>
public enum MetadataFormat
{
    /// <summary>Either of the two, told line by line; right for every Amazon release.</summary>
    Auto,

    /// <summary>Python dict literals (2014): both kinds of quotes, all escapes, tuples, <c>None</c>, <c>True</c>, <c>False</c>.</summary>
    PythonDict,

    /// <summary>JSON objects only (2018, 2023); a Python literal is quarantined.</summary>
    JsonLines,
}
