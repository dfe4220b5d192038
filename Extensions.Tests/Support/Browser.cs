// A real Chromium without a window, driven over the DevTools protocol. Knows the protocol; refuses to know pages.
// https://chromedevtools.github.io/devtools-protocol/
using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

[assembly: AssemblyFixture(typeof(SeqGen.Extensions.Tests.Support.Browser))]

namespace SeqGen.Extensions.Tests.Support;

/// <summary>One for all tests; started by the first that needs it.</summary>
public sealed class Browser : IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1, 1), _sending = new(1, 1);
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode>> _waiting = new();
    private readonly ConcurrentDictionary<string, Page> _pages = new();
    private readonly DirectoryInfo _profile = Directory.CreateTempSubdirectory("seqgen-chromium-");
    private readonly ClientWebSocket _socket = new();
    private Process? _process;
    private int _id;

    private static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    /// <summary>Opens a page, or skips the test where there is no browser.</summary>
    public async Task<Page> Open(string address, int width = 1280, int height = 900, bool dark = false, bool phone = false)
    {
        Assert.SkipWhen(Program is null, "No chromium on the PATH: a page is tested in a real browser or not at all (apt-get install chromium).");
        await Start();
        string target = (await Send(null, "Target.createTarget", new { url = "about:blank", newWindow = true }))["targetId"]!.GetValue<string>();
        string session = (await Send(null, "Target.attachToTarget", new { targetId = target, flatten = true }))["sessionId"]!.GetValue<string>();
        Page page = new(this, session, target);
        _pages[session] = page;
        foreach (string domain in (string[])["Page", "Runtime", "Log", "Network"])
        {
            await page.Send(domain + ".enable");
        }

        // Pages are looked at beside each other; one that believes itself hidden would not draw.
        await page.Send("Emulation.setFocusEmulationEnabled", new { enabled = true });
        await page.Resize(width, height, phone);
        await page.Dark(dark);
        await page.Go(address);
        return page;
    }

    /// <summary>Sends a command and gives its result.</summary>
    internal async Task<JsonNode> Send(string? session, string method, object? parameters = null)
    {
        int id = Interlocked.Increment(ref _id);
        TaskCompletionSource<JsonNode> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = answer;
        byte[] message = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object?> { ["id"] = id, ["method"] = method, ["params"] = parameters ?? new { }, ["sessionId"] = session }
            .Where(p => p.Value is not null).ToDictionary());
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, default);
        }
        finally
        {
            _sending.Release();
        }

        return await answer.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            try
            {
                await Send(null, "Browser.close").WaitAsync(TimeSpan.FromSeconds(5));
            }
            catch (Exception e) when (e is TimeoutException or WebSocketException or InvalidOperationException)
            {
            }

            if (!_process.WaitForExit(5000))
            {
                _process.Kill(entireProcessTree: true);
            }

            _process.Dispose();
        }

        _socket.Dispose();
        try
        {
            _profile.Delete(recursive: true);
        }
        catch (IOException)
        {
            // A process of the browser may still be at it.
        }
    }

    private async Task Start()
    {
        await _starting.WaitAsync();
        try
        {
            if (_process is not null)
            {
                return;
            }

            string[] arguments =
            [
                "--headless", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows", "--disable-background-timer-throttling",
                "--remote-debugging-port=0", $"--user-data-dir={_profile.FullName}", "about:blank",
            ];
            _process = Process.Start(new ProcessStartInfo(Program!, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            _process.ErrorDataReceived += (_, _) => { };
            _process.OutputDataReceived += (_, _) => { };
            _process.BeginErrorReadLine();
            _process.BeginOutputReadLine();
            string file = Path.Combine(_profile.FullName, "DevToolsActivePort");
            for (int i = 0; !(File.Exists(file) && File.ReadAllText(file).Contains('\n')); i++)
            {
                Assert.True(i < 600 && !_process.HasExited, "Chromium does not start.");
                await Task.Delay(100);
            }

            string[] lines = File.ReadAllText(file).Split('\n');
            await _socket.ConnectAsync(new Uri($"ws://127.0.0.1:{lines[0]}{lines[1]}"), default);
            _ = Task.Run(Listen);
        }
        finally
        {
            _starting.Release();
        }
    }

    private async Task Listen()
    {
        using MemoryStream message = new();
        byte[] buffer = new byte[1 << 16];
        try
        {
            while (true)
            {
                message.SetLength(0);
                for (bool isEnd = false; !isEnd;)
                {
                    ValueWebSocketReceiveResult part = await _socket.ReceiveAsync(buffer.AsMemory(), default);
                    message.Write(buffer, 0, part.Count);
                    isEnd = part.EndOfMessage;
                }

                JsonNode node = JsonNode.Parse(message.ToArray())!;
                if (node["id"] is { } id && _waiting.TryRemove(id.GetValue<int>(), out TaskCompletionSource<JsonNode>? answer))
                {
                    if (node["error"] is { } error)
                    {
                        answer.SetException(new InvalidOperationException(error.ToJsonString()));
                    }
                    else
                    {
                        answer.SetResult(node["result"]!);
                    }
                }
                else if (node["sessionId"] is { } session && _pages.TryGetValue(session.GetValue<string>(), out Page? page))
                {
                    page.Happened(node["method"]!.GetValue<string>(), node["params"]!);
                }
            }
        }
        catch (Exception e)
        {
            foreach (TaskCompletionSource<JsonNode> one in _waiting.Values)
            {
                one.TrySetException(new InvalidOperationException("Chromium has gone.", e));
            }
        }
    }
}

/// <summary>A page of the browser.</summary>
public sealed class Page(Browser browser, string session, string target) : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _errors = new(), _requests = new();
    private TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What the console said that is an error or a warning, exceptions included.</summary>
    public IReadOnlyCollection<string> Errors => _errors;

    /// <summary>Addresses that were asked for.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    public async Task Go(string address)
    {
        _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await Send("Page.navigate", new { url = address });
        await _loaded.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await Settle();
    }

    public async Task Resize(int width, int height, bool phone = false) =>
        await Send("Emulation.setDeviceMetricsOverride", new { width, height, deviceScaleFactor = phone ? 2 : 1, mobile = phone });

    public async Task Dark(bool dark) =>
        await Send("Emulation.setEmulatedMedia", new { features = new[] { new { name = "prefers-color-scheme", value = dark ? "dark" : "light" } } });

    /// <summary>Two frames, so that what follows from a change is drawn; or a second, where a busy browser gives none.</summary>
    public async Task Settle() => await Evaluate("new Promise(r => setTimeout(() => { requestAnimationFrame(() => requestAnimationFrame(() => r(1))); setTimeout(() => r(1), 1000); }, 50))");

    /// <summary>The value of an expression.</summary>
    public async Task<JsonNode?> Evaluate(string expression)
    {
        JsonNode result = await Send("Runtime.evaluate", new { expression, returnByValue = true, awaitPromise = true });
        return result["exceptionDetails"] is { } exception ? throw new InvalidOperationException(exception.ToJsonString()) : result["result"]!["value"]?.DeepClone();
    }

    public async Task<T> Evaluate<T>(string expression) => (await Evaluate(expression))!.GetValue<T>();

    /// <summary>Waits until an expression is true.</summary>
    public async Task Until(string expression, int seconds = 60)
    {
        for (Stopwatch clock = Stopwatch.StartNew(); !await Evaluate<bool>($"!!({expression})");)
        {
            if (clock.Elapsed.TotalSeconds > seconds)
            {
                Assert.Fail($"It did not come to be: {expression}\n{string.Join('\n', Errors)}\n{await Evaluate("document.visibilityState + ', focus ' + document.hasFocus() + ': ' + document.getElementById('head')?.innerText + ' ' + [...document.querySelectorAll('h3')].map(h => h.innerText).join('; ')")}");
            }

            await Task.Delay(50);
        }
    }

    /// <summary>The whole page as a picture.</summary>
    public async Task<byte[]> Picture()
    {
        JsonNode result = await Send("Page.captureScreenshot", new { format = "png", captureBeyondViewport = true });
        return Convert.FromBase64String(result["data"]!.GetValue<string>());
    }

    /// <summary>The page on paper.</summary>
    public async Task<byte[]> Paper() => Convert.FromBase64String((await Send("Page.printToPDF", new { printBackground = true }))["data"]!.GetValue<string>());

    public async Task<JsonNode> Send(string method, object? parameters = null) => await browser.Send(session, method, parameters);

    public async ValueTask DisposeAsync() => await browser.Send(null, "Target.closeTarget", new { targetId = target });

    internal void Happened(string method, JsonNode parameters)
    {
        switch (method)
        {
            case "Page.loadEventFired":
                _loaded.TrySetResult();
                break;
            case "Runtime.exceptionThrown":
                _errors.Enqueue(parameters["exceptionDetails"]!.ToJsonString());
                break;
            case "Runtime.consoleAPICalled" when parameters["type"]!.GetValue<string>() is "error" or "warning" or "assert":
                _errors.Enqueue(parameters["args"]!.ToJsonString());
                break;
            case "Log.entryAdded" when parameters["entry"]!["level"]!.GetValue<string>() is "error" or "warning":
                _errors.Enqueue(parameters["entry"]!.ToJsonString());
                break;
            case "Network.requestWillBeSent":
                _requests.Enqueue(parameters["request"]!["url"]!.GetValue<string>());
                break;
        }
    }
}
