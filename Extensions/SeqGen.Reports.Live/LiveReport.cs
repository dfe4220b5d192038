// The report of a training as a page while it runs. Knows reporters and paths; refuses to know what a viewer has seen and how bytes are sent.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace SeqGen.Reports;

/// <summary>Settings of a <see cref="LiveReport"/>.</summary>
public sealed record LiveReportOptions
{
    /// <summary>The port on 127.0.0.1; 0 for a free one.</summary>
    public int Port { get; init => field = value is >= 0 and <= 65535 ? value : throw new ArgumentOutOfRangeException(nameof(Port), value, "A port is 0 (a free one) to 65535."); }

    /// <summary>The heading; null for the network's name.</summary>
    public string? Title { get; init; }

    /// <summary>Sentences below the heading.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>What the monitored value is (<see cref="TrainerOptions.Monitor"/>): it decides which epoch is marked as the best. Null for what reports say it is; where that is a
    /// <see cref="Metric.Of"/> of one's own, no epoch is marked, since nobody knows whether more is better.</summary>
    public Metric? Monitor { get; init; }
}

/// <summary>Serves the page of a <see cref="TrainingReport"/> while the training runs, to browsers of this machine alone: it listens on 127.0.0.1, and answers to nobody who does not know the
/// random token in <see cref="Address"/>. Reports cost the training next to nothing: they are handed on to another thread, and left out where that does not keep up (results of epochs and measurements never are).</summary>
/// <example><code>
/// await using LiveReport live = LiveReport.Start(net);
/// Console.WriteLine(live.Address);
/// trainer.Fit(train, epochs: 30, validation: test, progress: Progress.To(new ConsoleProgress(), live));
/// </code></example>
public sealed class LiveReport : IProgress<TrainingProgress>, IAsyncDisposable
{
    /// <summary>Ten pictures a second are as many as one can see.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Alive = TimeSpan.FromSeconds(15);

    /// <summary>Reports that wait for the pump; beyond these, batches are left out.</summary>
    private const int MostWaiting = 1024;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _isThere = new(0);
    private List<TrainingProgress> _waiting = [], _taken = [];
    private bool _isOver;
    private readonly LiveState _state;
    private readonly NetworkInfo _info;
    private readonly LiveReportOptions _options;
    private readonly byte[] _token;
    private readonly LoopbackServer _server;
    private readonly Task _pump;

    private LiveReport(NetworkInfo info, LiveReportOptions options)
    {
        (_info, _options, _state) = (info, options, new LiveState(options.Monitor));
        string token = RandomNumberGenerator.GetHexString(32, lowercase: true);
        _token = Encoding.ASCII.GetBytes(token);
        _server = LoopbackServer.Start(options.Port, Answer);
        Address = new Uri($"http://127.0.0.1:{_server.Port}/{token}/");
        _pump = Task.Run(Pump);
    }

    /// <summary>Where the page is. Who knows this address sees it, until <see cref="DisposeAsync"/>; nobody else does.</summary>
    public Uri Address { get; }

    /// <summary>Begins to serve.</summary>
    /// <param name="network">The network that is to be trained.</param>
    /// <param name="options">Settings; null for defaults.</param>
    /// <exception cref="System.IO.IOException">The port is taken.</exception>
    public static LiveReport Start(INetwork network, LiveReportOptions? options = null) => new(TrainingReport.InfoOf(network), options ?? new LiveReportOptions());

    /// <summary>Takes a report, in less than a microsecond. It never waits for viewers, and never throws.</summary>
    public void Report(TrainingProgress value)
    {
        // The pump holds this lock for as long as it takes to exchange two lists.
        bool isFirst;
        lock (_lock)
        {
            if (_isOver || (_waiting.Count >= MostWaiting && value is { Completed: null, Notice: null, Measurement: null }))
            {
                return;
            }

            _waiting.Add(value);
            isFirst = _waiting.Count == 1;
        }

        if (isFirst)
        {
            _isThere.Release();
        }
    }

    /// <summary>Tells viewers that the training has ended (what they have seen stays in their browsers), and stops serving.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_isOver)
            {
                return;
            }

            _isOver = true;
        }

        _isThere.Release();
        await _pump.ConfigureAwait(false);
        _state.End();
        await _server.DisposeAsync().ConfigureAwait(false);
    }

    private async Task Pump()
    {
        for (bool isOver = false; !isOver;)
        {
            await _isThere.WaitAsync().ConfigureAwait(false);
            lock (_lock)
            {
                (_waiting, _taken) = (_taken, _waiting);
                isOver = _isOver;
            }

            _state.Add(_taken);
            _taken.Clear();
            await Task.Delay(isOver ? TimeSpan.Zero : Pause).ConfigureAwait(false);
        }
    }

    private async Task Answer(HttpContext context)
    {
        HttpRequest request = context.Request;
        HttpResponse response = context.Response;
        response.Headers.CacheControl = "no-store";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        response.Headers.ContentSecurityPolicy = "frame-ancestors 'none'";

        // A page of somebody else's that has its own name lead to 127.0.0.1 is told nothing.
        string host = request.Host.Value ?? "";
        if (host != $"127.0.0.1:{_server.Port}" && host != $"localhost:{_server.Port}")
        {
            response.StatusCode = (int)HttpStatusCode.Forbidden;
            return;
        }

        string path = request.Path.Value ?? "";
        int end = path.IndexOf('/', Math.Min(1, path.Length));
        string given = path.Length > 1 ? path[1..(end < 0 ? path.Length : end)] : "";
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), _token))
        {
            response.StatusCode = (int)HttpStatusCode.NotFound;
            return;
        }

        if (!HttpMethods.IsGet(request.Method))
        {
            response.StatusCode = (int)HttpStatusCode.MethodNotAllowed;
            response.Headers.Allow = "GET";
            return;
        }

        switch (end < 0 ? "" : path[end..])
        {
            case "":
                response.Redirect(path + "/");
                break;
            case "/":
                response.ContentType = "text/html; charset=utf-8";
                await response.Body.WriteAsync(Encoding.UTF8.GetBytes(Page()), context.RequestAborted).ConfigureAwait(false);
                break;
            case "/events":
                await Tell(context).ConfigureAwait(false);
                break;
            default:
                response.StatusCode = (int)HttpStatusCode.NotFound;
                break;
        }
    }

    private string Page() => ReportPage.Html(
        new TrainingReport(_info, _state.Epochs()) { Title = _options.Title ?? _info.Name, Remarks = _options.Remarks, Monitor = _options.Monitor, Best = _state.Best }, live: true);

    /// <summary>Server-sent events: everything so far, then what is new.</summary>
    private async Task Tell(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        LiveState.Seen seen = default;
        while (true)
        {
            (string? news, Task changed, bool isOver) = _state.Since(ref seen);
            string message = (news is null ? ": alive\n\n" : $"data: {news}\n\n") + (isOver ? "event: end\ndata: {}\n\n" : "");
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(message), context.RequestAborted).ConfigureAwait(false);
            await context.Response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
            if (isOver)
            {
                return;
            }

            await Task.WhenAny(changed, Task.Delay(Alive, context.RequestAborted)).ConfigureAwait(false);
            context.RequestAborted.ThrowIfCancellationRequested();
        }
    }
}
