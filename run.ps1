#!/usr/bin/env pwsh
#Requires -Version 7.2

<#
.SYNOPSIS
Builds CRANE Pipeline and runs it: from raw product reviews to a trained and evaluated multimodal recommender.
.DESCRIPTION
Finds the .NET SDK, builds the program where sources changed, and passes every parameter on. The script may be started from any folder:
a relative path given to a parameter means the folder it is started from, and what is not given (store, data/raw, conf) is the
repository's. Whatever is given with -Set means what it would in a settings file: a relative path there is one of the repository.

The exit code is the program's: 0 done, 1 something is wrong with the input, the settings or the machine, 2 wrong usage. One line on
standard error says what; docs/operations.md has every code. -Help shows the same parameters with the stages of this version.
.PARAMETER Stage
What to run: stages by name, parted by commas, or all. What they need and is missing runs first.
.PARAMETER Dataset
The data set: the name of a file in conf/datasets.
.PARAMETER Seed
Seeds of split and training, one run each: -Seed 9,672. Default: the setting seeds.
.PARAMETER Model
The model: the name of a file in conf/models.
.PARAMETER Preset
A group of the model's settings, such as default or paper.
.PARAMETER Set
One setting, over every file: -Set train.rounds=2. Several are parted by commas: -Set train.rounds=2,train.epochs=5. A value may
hold commas of its own: -Set seeds=9,672.
.PARAMETER Device
What computes the model: cpu (default), cuda or torch-cpu. The last two are built with TorchSharp's native library, which is downloaded
the first time.
.PARAMETER Engine
What runs the data stages: local (default) or spark.
.PARAMETER Spark
For -Engine spark: the address of a Spark Connect server, sc://host:15002.
.PARAMETER Threads
Threads to use; default: one a processor. Results are the same.
.PARAMETER Data
The folder of raw files. Default: data/raw in the repository.
.PARAMETER Store
The folder of results. Default: store in the repository.
.PARAMETER Conf
The folder of settings files. Default: conf in the repository.
.PARAMETER Force
Run the named stages again even if they are fresh.
.PARAMETER Verify
Check the whole store and the raw files by hash first.
.PARAMETER User
For -Stage recommend: only these users, by their raw ids.
.PARAMETER Rankings
For -Stage evaluate: a file of ranked lists (user, item, rank) to score.
.PARAMETER Keep
For -Stage gc: how many artifacts of a stage to keep.
.PARAMETER Artifact
For -Stage lineage: the artifact whose origin to print.
.PARAMETER Sweep
For -Stage sweep: the grid to run, the name of a file in conf/sweeps.
.PARAMETER Table
For -Stage export: the table to write.
.PARAMETER Format
For -Stage export: feather (default), parquet, csv or npy.
.PARAMETER Modality
For -Stage export: whose features; may be left out where there is one.
.PARAMETER Benchmark
For -Stage benchmark: the comparison to run, the name of a file in conf/benchmarks.
.PARAMETER Output
For -Stage recommend, export and export-mmrec: where to write.
.PARAMETER Remote
For -Stage push and pull: the other store, a folder or s3://BUCKET/PREFIX.
.PARAMETER Log
The folder to write a log of the run into, as JSON lines.
.PARAMETER LogLevel
The least the log has: error, warning, info (default) or verbose.
.PARAMETER MaxMinutes
Stop in good order after so long; the same command goes on later.
.PARAMETER Wait
The longest wait for another run, in minutes. Default: any.
.PARAMETER Notify
An address that is sent the summary when the run ends.
.PARAMETER DryRun
Say what would run, why, and for about how long; run nothing.
.PARAMETER WhatIf
For -Stage gc: say what would be removed; remove nothing.
.PARAMETER Pin
For -Stage download: write sizes and hashes of the raw files into the data set file.
.PARAMETER AllowInsecure
Download over plain http, and follow redirects to other hosts.
.PARAMETER Json
Write a summary as the last line of standard output, as JSON.
.PARAMETER Help
Show the program's own help.
.PARAMETER Version
Show the version.
.PARAMETER Rest
What no parameter above takes is passed on for the program to judge, such as --stage or a misspelt name.
.INPUTS
None.
.OUTPUTS
System.String. What the program prints; with -Json its last line is an object: ./run.ps1 … -Json | Select-Object -Last 1 | ConvertFrom-Json
.EXAMPLE
./run.ps1 -Stage all -Dataset sample
Everything, on generated data.
.EXAMPLE
./run.ps1 -Stage all -Dataset electronics -Device cuda
Everything, the model trained on an NVIDIA GPU.
.EXAMPLE
./run.ps1 -Stage train,evaluate -Dataset tiktok -Seed 9,672 -Set train.rounds=2,train.epochs=50
Two seeds with two settings changed; only what these touch runs.
.EXAMPLE
./run.ps1 -Stage all -Dataset tiktok -Json | Select-Object -Last 1 | ConvertFrom-Json
The run's summary as an object.
.NOTES
Needs PowerShell 7.2 and the .NET 10 SDK. Common parameters: -Verbose says more about what is done and why, -Debug shows the stack trace
of an error.
.LINK
https://dotnet.microsoft.com/download/dotnet/10.0
#>
[CmdletBinding(PositionalBinding = $false)]
param(
    [ArgumentCompleter({
            param($command, $parameter, $word)
            # The stages of the version that is there, by its own help; before the first build there is nothing to ask.
            $program = Join-Path $PSScriptRoot 'pipeline/bin/Release/net10.0/CranePipeline.dll'
            if (-not (Test-Path -LiteralPath $program)) { return }
            $inStages = $false
            $names = foreach ($line in & dotnet $program -Help) {
                if ($line -notmatch '^ ') { $inStages = $line -eq 'Stages' }
                elseif ($inStages -and $line -match '^  (\S+)') { $Matches[1] }
            }
            $names | Where-Object { $_ -like "$word*" }
        })]
    [string[]] $Stage,
    [ArgumentCompleter({
            param($command, $parameter, $word)
            (Get-ChildItem -Path (Join-Path $PSScriptRoot 'conf/datasets') -Filter "$word*.yaml").BaseName
        })]
    [string] $Dataset,
    [string[]] $Seed,
    [ArgumentCompleter({
            param($command, $parameter, $word)
            (Get-ChildItem -Path (Join-Path $PSScriptRoot 'conf/models') -Filter "$word*.yaml").BaseName
        })]
    [string] $Model,
    [string] $Preset,
    [string[]] $Set,
    [ArgumentCompletions('cpu', 'cuda', 'torch-cpu')]
    [string] $Device,
    [ArgumentCompletions('local', 'spark')]
    [string] $Engine,
    [string] $Spark,
    [string] $Threads,
    [string] $Data,
    [string] $Store,
    [string] $Conf,
    [switch] $Force,
    [switch] $Verify,
    [string[]] $User,
    [string] $Rankings,
    [string] $Keep,
    [string] $Artifact,
    [ArgumentCompleter({
            param($command, $parameter, $word)
            (Get-ChildItem -Path (Join-Path $PSScriptRoot 'conf/sweeps') -Filter "$word*.yaml").BaseName
        })]
    [string] $Sweep,
    [string] $Table,
    [ArgumentCompletions('feather', 'parquet', 'csv', 'npy')]
    [string] $Format,
    [string] $Modality,
    [ArgumentCompleter({
            param($command, $parameter, $word)
            (Get-ChildItem -Path (Join-Path $PSScriptRoot 'conf/benchmarks') -Filter "$word*.yaml").BaseName
        })]
    [string] $Benchmark,
    [string] $Output,
    [string] $Remote,
    [string] $Log,
    [string] $LogLevel,
    [string] $MaxMinutes,
    [string] $Wait,
    [string] $Notify,
    [switch] $DryRun,
    [switch] $WhatIf,
    [switch] $Pin,
    [switch] $AllowInsecure,
    [switch] $Json,
    [switch] $Help,
    [switch] $Version,
    [Parameter(ValueFromRemainingArguments)] [string[]] $Rest
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
# -Verbose and -Debug are for the program; the cmdlets below have nothing to add.
$VerbosePreference = 'SilentlyContinue'
$DebugPreference = 'SilentlyContinue'

function Stop-WithMessage([string] $Message) {
    [Console]::Error.WriteLine($Message)
    exit 1
}

# A native program's exit code is read below; it must never become a PowerShell error.
$PSNativeCommandUseErrorActionPreference = $false

# -- dotnet -----------------------------------------------------------------------------------------------------------
$neededMajor = 10
$candidates = @()
$onPath = Get-Command -Name dotnet -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
if ($onPath) { $candidates += $onPath.Source }
$executable = if ($IsWindows) { 'dotnet.exe' } else { 'dotnet' }
foreach ($folder in @($env:DOTNET_ROOT, (Join-Path $HOME '.dotnet'), $(if ($IsWindows) { Join-Path $env:ProgramFiles 'dotnet' }))) {
    if ($folder) {
        $file = Join-Path $folder $executable
        if (Test-Path -LiteralPath $file -PathType Leaf) { $candidates += $file }
    }
}
$install = ".NET SDK $neededMajor.0: install it from https://dotnet.microsoft.com/download/dotnet/$neededMajor.0 and try again"
if ($candidates.Count -eq 0) {
    Stop-WithMessage "error: dotnet was not found; this needs the $install"
}
$dotnet = $null
foreach ($candidate in $candidates) {
    $majors = & $candidate --list-sdks 2>$null | ForEach-Object { [int]($_ -split '\.')[0] }
    if (@($majors | Where-Object { $_ -eq $neededMajor }).Count -gt 0) {
        $dotnet = $candidate
        break
    }
}
if (-not $dotnet) {
    Stop-WithMessage "error: dotnet was found, but without an SDK of version $neededMajor; this needs the $install"
}

# -- paths ------------------------------------------------------------------------------------------------------------
# A relative path of the caller's is one of the caller's folder; what is at its default is the repository's, in which the program runs.
function Resolve-CallersPath([string] $Path) {
    if (-not $Path -or $Path -match '^[A-Za-z][\w+.-]+://') { return $Path }
    $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)
}

$pathNames = 'Data', 'Store', 'Conf', 'Rankings', 'Output', 'Log', 'Remote'
foreach ($name in $pathNames) {
    if ($PSBoundParameters.ContainsKey($name)) { $PSBoundParameters[$name] = Resolve-CallersPath $PSBoundParameters[$name] }
}
for ($place = 0; $place -lt ($Rest ? $Rest.Count : 0); $place++) {
    # The program's own spelling: --store DIR, --store=DIR.
    if ($Rest[$place] -notmatch "^(--(?:$($pathNames -join '|')))(?:([=:])(.+))?$") { continue }
    if ($Matches[2]) { $Rest[$place] = $Matches[1] + $Matches[2] + (Resolve-CallersPath $Matches[3]) }
    elseif ($place + 1 -lt $Rest.Count) { $Rest[$place + 1] = Resolve-CallersPath $Rest[$place + 1] }
}
$caller = [Environment]::CurrentDirectory
Push-Location -LiteralPath $PSScriptRoot
# Programs are started in the process's folder, which is not always PowerShell's.
[Environment]::CurrentDirectory = $PSScriptRoot

# -- build ------------------------------------------------------------------------------------------------------------
$project = Join-Path $PSScriptRoot 'pipeline'
$properties = @()
# A build with something more has a folder of its own, as Directory.Build.props says.
$folder = ''
switch ($Device) {
    'cuda' {
        if (-not $IsLinux) { Stop-WithMessage 'error: -Device cuda needs Linux; -Device torch-cpu and -Device cpu run elsewhere too' }
        $properties += '-p:Torch=cuda-linux'
        $folder += 'torch-cuda-linux'
    }
    'torch-cpu' {
        $properties += '-p:Torch=cpu'
        $folder += 'torch-cpu'
    }
}

$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'
$env:DOTNET_NOLOGO = '1'

# Files by path, size and time: dotnet takes seconds to find out that there is nothing to build.
function Get-State([IO.FileInfo[]] $Files) {
    ($Files | ForEach-Object { "$($_.FullName) $($_.Length) $($_.LastWriteTimeUtc.Ticks)" } | Sort-Object) -join "`n"
}

function Get-SourceState {
    $files = [System.Collections.Generic.List[IO.FileInfo]]::new()
    foreach ($pattern in '*.props', '*.targets', '*.json', '*.config', '.editorconfig', '.globalconfig') {
        $files.AddRange([IO.DirectoryInfo]::new($PSScriptRoot).GetFiles($pattern))
    }
    $pending = [System.Collections.Generic.Stack[IO.DirectoryInfo]]::new()
    foreach ($name in 'pipeline', 'src') { $pending.Push([IO.Path]::Combine($PSScriptRoot, $name)) }
    while ($pending.Count -gt 0) {
        $next = $pending.Pop()
        $files.AddRange($next.GetFiles())
        foreach ($inner in $next.GetDirectories()) { if ($inner.Name -notin 'bin', 'obj') { $pending.Push($inner) } }
    }
    Get-State $files
}

function Get-BuildState([string] $Sources) { "$dotnet`n$Sources`n$(Get-State $program)" }

$program = [IO.Path]::Combine($project, 'bin', $folder, 'Release', "net$neededMajor.0", 'CranePipeline.dll')
$stateFile = [IO.Path]::ChangeExtension($program, '.built')
try {
    # The sources as they are before the build, and the program as it is after it: what is changed meanwhile, or by another build, is built next time.
    $sources = Get-SourceState
    $isBuilt = (Test-Path -LiteralPath $program) -and (Test-Path -LiteralPath $stateFile) -and
        [IO.File]::ReadAllText($stateFile) -ceq (Get-BuildState $sources)
    if (-not $isBuilt) {
        $buildOutput = & $dotnet build $project -c Release -v q --nologo @properties 2>&1
        if ($LASTEXITCODE -ne 0) {
            # NU1101 to NU1103: the package, or its version, is on none of the sources.
            $missing = $buildOutput | Select-String -Pattern 'NU110[1-3]: .*?\b((?:TorchSharp|libtorch)[\w.-]*)\b' | Select-Object -First 1
            if ($properties -and $missing) {
                Stop-WithMessage "error: this needs the package $($missing.Matches[0].Groups[1].Value), which none of this machine's package sources has (dotnet nuget list source); -Device cpu needs no package"
            }
            $buildOutput | ForEach-Object { [Console]::Error.WriteLine([string]$_) }
            Stop-WithMessage "error: the build failed; the lines above say why$(if ($properties) { " (built with $($properties -join ' '))" })"
        }
        # Where it cannot be written the next start asks dotnet again.
        try { [IO.File]::WriteAllText($stateFile, (Get-BuildState $sources)) }
        catch [IO.IOException], [UnauthorizedAccessException] { }
    }

    # -- run ----------------------------------------------------------------------------------------------------------
    $arguments = [System.Collections.Generic.List[string]]::new()
    foreach ($name in 'Stage', 'Seed', 'User') {
        if ($PSBoundParameters.ContainsKey($name)) {
            $arguments.Add("-$name")
            $arguments.Add($PSBoundParameters[$name] -join ',')
        }
    }
    foreach ($name in 'Dataset', 'Model', 'Preset', 'Device', 'Engine', 'Spark', 'Threads', 'Data', 'Store', 'Conf', 'Rankings', 'Keep', 'Artifact', 'Sweep', 'Table', 'Format', 'Modality', 'Benchmark', 'Output', 'Remote', 'Log', 'LogLevel', 'MaxMinutes', 'Wait', 'Notify') {
        if ($PSBoundParameters.ContainsKey($name)) {
            # With a colon, so that a value that begins with a dash stays a value.
            $arguments.Add("-${name}:$($PSBoundParameters[$name])")
        }
    }
    # PowerShell cuts seeds=9,672 at its comma: what does not begin with a name and an equals sign belongs to what came before.
    $settings = [System.Collections.Generic.List[string]]::new()
    foreach ($piece in @($Set)) {
        if ($settings.Count -gt 0 -and $piece -notmatch '^[A-Za-z][\w.-]*=') {
            $settings[$settings.Count - 1] += ",$piece"
        }
        elseif ($null -ne $piece) {
            $settings.Add($piece)
        }
    }
    foreach ($setting in $settings) {
        $arguments.Add("-Set:$setting")
    }
    foreach ($name in 'Force', 'Verify', 'DryRun', 'WhatIf', 'Pin', 'AllowInsecure', 'Json', 'Verbose', 'Debug', 'Help', 'Version') {
        if ($PSBoundParameters.ContainsKey($name) -and $PSBoundParameters[$name]) {
            $arguments.Add("-$name")
        }
    }
    # What PowerShell could not place, such as --stage or a misspelt name, is for the program to judge.
    foreach ($piece in @($Rest)) {
        if ($null -ne $piece) { $arguments.Add($piece) }
    }

    & $dotnet $program @arguments
}
finally {
    Pop-Location
    [Environment]::CurrentDirectory = $caller
}
exit $LASTEXITCODE
