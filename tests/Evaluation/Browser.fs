/// A real browser, where one is installed.
module CranePipeline.Evaluation.Tests.Browser

open System
open System.Diagnostics
open System.IO

/// Where Debian and others put it; null where it is not installed.
let path =
    [
        Environment.GetEnvironmentVariable "CHROMIUM"
        "/usr/bin/chromium"
        "/usr/bin/chromium-browser"
        "/usr/bin/google-chrome"
    ]
    |> List.tryFind (fun path -> not (String.IsNullOrEmpty path) && File.Exists path)

/// Runs the browser without a window on a page; gives its standard output and its log.
let run (browser: string) (arguments: string list) =
    let profile = Directory.CreateTempSubdirectory "report-browser-"

    try
        let start =
            ProcessStartInfo(browser, RedirectStandardOutput = true, RedirectStandardError = true)

        for argument in
            [
                "--headless=new"
                "--no-sandbox"
                "--disable-gpu"
                "--disable-dev-shm-usage"
                "--hide-scrollbars"
                "--no-first-run"
                "--disable-background-networking"
                "--enable-logging=stderr"
                "--user-data-dir=" + profile.FullName
            ]
            @ arguments do
            start.ArgumentList.Add argument

        use proc = Process.Start start |> Option.ofObj |> Option.get
        let log = proc.StandardError.ReadToEndAsync()
        let output = proc.StandardOutput.ReadToEnd()
        proc.WaitForExit()
        output, log.Result
    finally
        try
            profile.Delete true
        with :? IOException ->
            ()
