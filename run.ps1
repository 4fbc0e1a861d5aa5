#!/usr/bin/env pwsh
#Requires -Version 7.2
<#
.SYNOPSIS
Builds CRANE Pipeline and runs it: ./run.ps1 -Stage all -Dataset sample
.DESCRIPTION
Every parameter is passed on to the program, whose exit code is returned: 0 done, 1 something is wrong with the input,
2 wrong usage. ./run.ps1 -Help shows the stages, the parameters and examples.
#>
[CmdletBinding(PositionalBinding = $false)]
param(
    [string[]] $Stage,
    [string] $Dataset,
    [string[]] $Seed,
    [string] $Model,
    [string] $Preset,
    [string[]] $Set,
    [string] $Device,
    [string] $Engine,
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
    [string] $Sweep,
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
    Stop-WithMessage "dotnet was not found; this needs the $install."
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
    Stop-WithMessage "dotnet was found, but without an SDK of version $neededMajor; this needs the $install."
}

# -- build ------------------------------------------------------------------------------------------------------------
$project = Join-Path $PSScriptRoot 'pipeline'
$properties = @()
switch ($Device) {
    'cuda' {
        if (-not $IsLinux) { Stop-WithMessage '-Device cuda needs Linux; -Device torch-cpu and -Device cpu run anywhere.' }
        $properties += '-p:Torch=cuda-linux'
    }
    'torch-cpu' { $properties += '-p:Torch=cpu' }
}
if ($Engine -eq 'spark') { $properties += '-p:Spark=true' }

$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'
$env:DOTNET_NOLOGO = '1'
$buildOutput = & $dotnet build $project -c Release -v q --nologo @properties 2>&1
if ($LASTEXITCODE -ne 0) {
    # NU1101 to NU1103: the package, or its version, is on none of the sources.
    $missing = $buildOutput | Select-String -Pattern 'NU110[1-3]: .*?\b(TorchSharp[\w-]*|Microsoft\.Spark)\b' | Select-Object -First 1
    if ($properties -and $missing) {
        Stop-WithMessage "this needs the package $($missing.Matches[0].Groups[1].Value), which none of this machine's package sources has (dotnet nuget list source); -Device cpu and -Engine local need no package."
    }
    $buildOutput | ForEach-Object { [Console]::Error.WriteLine([string]$_) }
    Stop-WithMessage "the build failed; the lines above say why$(if ($properties) { " (built with $($properties -join ' '))" })."
}
$program = Join-Path $project 'bin' 'Release' "net$neededMajor.0" 'CranePipeline.dll'

# -- run --------------------------------------------------------------------------------------------------------------
$arguments = [System.Collections.Generic.List[string]]::new()
foreach ($name in 'Stage', 'Seed', 'User') {
    if ($PSBoundParameters.ContainsKey($name)) {
        $arguments.Add("-$name")
        $arguments.Add($PSBoundParameters[$name] -join ',')
    }
}
foreach ($name in 'Dataset', 'Model', 'Preset', 'Device', 'Engine', 'Threads', 'Data', 'Store', 'Conf', 'Rankings', 'Keep', 'Artifact', 'Sweep', 'Output', 'Remote', 'Log', 'LogLevel', 'MaxMinutes', 'Wait', 'Notify') {
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
exit $LASTEXITCODE
