namespace CranePipeline.Tables;

/// <summary>What a column holds, as the rest of the pipeline sees it (Parquet's physical and logical types map onto these).</summary>
public enum ColumnType
{
    /// <summary>Truth values.</summary>
    Boolean,

    /// <summary>32-bit signed integers (Parquet's signed and unsigned 8- and 16-bit integers read into this too).</summary>
    Int32,

    /// <summary>64-bit signed integers (unsigned 32-bit integers and times of day read into this too).</summary>
    Int64,

    /// <summary>32-bit floating point (16-bit floats read into this too).</summary>
    Float,

    /// <summary>64-bit floating point.</summary>
    Double,

    /// <summary>UTF-8 text.</summary>
    String,

    /// <summary>Byte strings of any length.</summary>
    Binary,

    /// <summary>Calendar days.</summary>
    Date,

    /// <summary>Points in time, in milliseconds, microseconds or nanoseconds since 1970-01-01.</summary>
    Timestamp,

    /// <summary>Exact decimal fractions of at most 28 digits.</summary>
    Decimal,

    /// <summary>Lists of 32-bit integers.</summary>
    Int32List,

    /// <summary>Lists of 64-bit integers.</summary>
    Int64List,

    /// <summary>Lists of 32-bit floats.</summary>
    FloatList,

    /// <summary>Lists of 64-bit floats.</summary>
    DoubleList,

    /// <summary>Lists of strings.</summary>
    StringList,
}
