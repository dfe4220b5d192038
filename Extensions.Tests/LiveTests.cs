// The live page: in a real browser it draws what is reported; it answers to nobody who does not know the token; it does not slow the training, and ends with it.
// Knows requests and what a browser sees; refuses to know how viewers are told.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using SeqGen.Extensions.Tests.Support;
using SeqGen.Reports;
using Xunit;

namespace SeqGen.Extensions.Tests;

public sealed class LiveTests(Browser browser)
{
    private static readonly HttpClient Client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private readonly Forecaster _net = new(seed: 1);

    [Fact]
    public async Task A_page_draws_what_is_reported_until_the_training_ends()
    {
        LiveReport live = LiveReport.Start(_net, new() { Title = "Live <b>load</b>" });
        await using Page page = await browser.Open(live.Address.AbsoluteUri);
        Assert.Equal("Live <b>load</b>", await page.Evaluate<string>("document.querySelector('h1').textContent"));
        live.Report(Samples.Progress(1, 1, loss: 0.9, notice: "It goes on with checkpoint-7."));
        live.Report(Samples.Progress(1, 2, loss: 0.8));
        live.Report(Samples.Progress(1, 3, loss: 0.7));
        await page.Until("document.body.textContent.includes('batch 3 of 4') && document.querySelectorAll('.uplot').length === 1");
        await page.Until("document.querySelector('.notices')?.textContent === 'It goes on with checkpoint-7.'");
        for (int epoch = 1; epoch <= 3; epoch++)
        {
            live.Report(Samples.Progress(epoch, 4, Samples.Epoch(epoch, 1.0 / epoch, 0.5 + Math.Abs(epoch - 2.0))));
        }

        await page.Until("document.querySelector('.tiles').textContent.includes('epochs3') && document.querySelector('.tiles').textContent.includes('best epoch2')");
        await page.Settle();
        Assert.Equal(0, await ReportPageTests.EmptyCanvases(page));
        Assert.True(await ReportPageTests.Canvases(page) >= 3);
        await ReportPageTests.Keep(page, "live-light");

        // Measurements, more than there is room for.
        for (int batch = 1; batch <= 500; batch++)
        {
            live.Report(Samples.Progress(4, batch) with { Batches = 1000, Measurement = Samples.Measurement(batch, epoch: 4) });
        }

        await page.Until("[...document.querySelectorAll('h3')].some(h => h.textContent === 'At update 500') && [...document.querySelectorAll('h3')].some(h => h.textContent === 'Over the training: lstm.c')");
        await page.Settle();
        Assert.Equal(0, await ReportPageTests.EmptyCanvases(page));

        // A viewer who comes later, with a telephone in the dark.
        await using Page later = await browser.Open(live.Address.AbsoluteUri, 360, 740, dark: true, phone: true);
        await later.Until("document.querySelector('.tiles').textContent.includes('epochs3') && document.body.textContent.includes('checkpoint-7')");
        Assert.Equal(360, await later.Evaluate<int>("document.documentElement.scrollWidth"));
        Assert.Equal(0, await ReportPageTests.EmptyCanvases(later));
        await ReportPageTests.Keep(later, "live-phone-dark");

        await live.DisposeAsync();
        foreach (Page each in (Page[])[page, later])
        {
            await each.Until("document.body.textContent.includes('The training has ended.')");
            Assert.Empty(each.Errors);
            Assert.All(each.Requests, r => Assert.True(r.StartsWith(live.Address.AbsoluteUri, StringComparison.Ordinal) || r.StartsWith("data:", StringComparison.Ordinal), r));
        }
    }

    [Fact]
    public async Task A_training_that_begins_anew_begins_the_page_anew()
    {
        await using LiveReport live = LiveReport.Start(_net);
        await using Page page = await browser.Open(live.Address.AbsoluteUri);
        Trainer trainer = Trainer.For(_net, new Adam(1e-2f), new() { BatchSize = 8, Insight = new TrainingInsight(2) { GradientFlow = true } });
        trainer.Fit(Samples.Series(40), 5, validation: Samples.Series(10), progress: live);
        await page.Until("document.querySelector('.tiles').textContent.includes('epochs5')");
        await page.Until("['lstm.weight_ih_l0', 'lstm.f', 'gru.h'].every(l => [...document.querySelectorAll('.heat text')].some(t => t.textContent === l))");
        trainer.Fit(Samples.Series(40), 2, validation: Samples.Series(10), progress: live);
        await page.Until("document.querySelector('.tiles').textContent.includes('epochs2')");
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task A_page_that_is_given_no_frames_shows_what_comes()
    {
        await using LiveReport live = LiveReport.Start(_net);
        await using Page page = await browser.Open("about:blank");
        await page.Send("Page.addScriptToEvaluateOnNewDocument", new { source = "window.requestAnimationFrame = () => 0;" });
        await page.Go(live.Address.AbsoluteUri);
        live.Report(Samples.Progress(1, 4, Samples.Epoch(1, 1)));
        await page.Until("document.querySelector('.tiles').textContent.includes('epochs1')");
        live.Report(Samples.Progress(2, 4, Samples.Epoch(2, 1)));
        await page.Until("document.querySelector('.tiles').textContent.includes('epochs2')");
        Assert.Empty(page.Errors);
    }

    [Theory]
    [InlineData("loss", 3)]
    [InlineData("accuracy of kind", 5)]
    [InlineData("edit distance", null)]
    public void The_best_epoch_goes_by_what_the_trainer_monitors(string monitor, int? best)
    {
        LiveState state = new(monitor: null);
        state.Add([.. Enumerable.Range(1, 5).Select(e => Samples.Progress(e, 4, Samples.Epoch(e, 1) with { Monitored = e == 3 ? 0 : e }) with { Monitor = monitor })]);
        Assert.Equal(best, state.Best);
    }

    [Fact]
    public async Task Nobody_without_the_token_is_answered()
    {
        await using LiveReport live = LiveReport.Start(_net);
        string root = live.Address.GetLeftPart(UriPartial.Authority), token = live.Address.AbsolutePath.Trim('/');
        Assert.Matches("^[0-9a-f]{32}$", token);
        Assert.Equal("127.0.0.1", live.Address.Host);
        Assert.Equal(HttpStatusCode.OK, await Status(live.Address.AbsoluteUri));
        Assert.Equal(HttpStatusCode.OK, await Status(live.Address.AbsoluteUri, host: $"localhost:{live.Address.Port}"));
        foreach (string path in (string[])["", "/", "/events", "//events", "/report", $"/{token[..31]}/", $"/{token}0/", $"/{token[..31]}{(token[31] == '0' ? '1' : '0')}/", $"/{token.ToUpperInvariant()}X/events", $"/?{token}", $"/%2F{token}/", $"/{token}/other", $"/{token}/../x"])
        {
            Assert.Equal(HttpStatusCode.NotFound, await Status(root + path));
        }

        foreach (string host in (string[])["evil.example", $"evil.example:{live.Address.Port}", "127.0.0.1", "127.0.0.1:1", $"127.0.0.1.evil.example:{live.Address.Port}"])
        {
            Assert.Equal(HttpStatusCode.Forbidden, await Status(live.Address.AbsoluteUri, host));
        }

        Assert.Equal(HttpStatusCode.MethodNotAllowed, await Status(live.Address.AbsoluteUri, method: HttpMethod.Post));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, await Status(live.Address.AbsoluteUri, method: HttpMethod.Delete));
        Assert.Equal(HttpStatusCode.Redirect, await Status(live.Address.AbsoluteUri.TrimEnd('/')));

        await using LiveReport other = LiveReport.Start(_net);
        Assert.NotEqual(other.Address.AbsolutePath, live.Address.AbsolutePath);
        Assert.NotEqual(other.Address.Port, live.Address.Port);
    }

    [Fact]
    public async Task Only_this_machine_is_answered()
    {
        await using LiveReport live = LiveReport.Start(_net);
        TcpConnectionInformationCheck(live.Address.Port);
        foreach (IPAddress address in NetworkInterface.GetAllNetworkInterfaces().SelectMany(i => i.GetIPProperties().UnicastAddresses).Select(a => a.Address).Where(a => a.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(a)))
        {
            using TcpClient client = new();
            await Assert.ThrowsAnyAsync<SocketException>(() => client.ConnectAsync(address, live.Address.Port));
        }

        // The address that it listens on, wherever else one could not have tried.
        static void TcpConnectionInformationCheck(int port) =>
            Assert.Equal([IPAddress.Loopback], IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(e => e.Port == port).Select(e => e.Address));
    }

    [Fact]
    public async Task Answers_are_kept_from_caches_frames_and_other_pages()
    {
        await using LiveReport live = LiveReport.Start(_net);
        using HttpResponseMessage response = await Client.GetAsync(live.Address);
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        Assert.Equal(["no-referrer"], response.Headers.GetValues("Referrer-Policy"));
        Assert.Equal(["nosniff"], response.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal(["frame-ancestors 'none'"], response.Headers.GetValues("Content-Security-Policy"));
        Assert.False(response.Headers.Contains("Server"));
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.Contains("connect-src 'self'", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_viewer_who_does_not_read_slows_nobody_and_no_epoch_is_lost()
    {
        await using LiveReport live = LiveReport.Start(_net);
        using TcpClient deaf = new();
        await deaf.ConnectAsync(IPAddress.Loopback, live.Address.Port);
        await deaf.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET {live.Address.AbsolutePath}events HTTP/1.1\r\nHost: 127.0.0.1:{live.Address.Port}\r\n\r\n"));
        using Viewer viewer = new(live.Address);
        Stopwatch clock = Stopwatch.StartNew();
        for (int epoch = 1; epoch <= 500; epoch++)
        {
            for (int batch = 1; batch < 1000; batch++)
            {
                live.Report(new TrainingProgress(epoch, 500, batch, 1000, 1.0 / epoch, 1, TimeSpan.Zero, TimeSpan.Zero, null) { Notice = batch == 500 ? $"notice {epoch}" : null });
            }

            live.Report(new TrainingProgress(epoch, 500, 1000, 1000, 1.0 / epoch, 1, TimeSpan.Zero, TimeSpan.Zero, Samples.Epoch(epoch, 1.0 / epoch)));
        }

        Assert.True(clock.Elapsed.TotalMicroseconds / 500_000 < 10, $"{clock.Elapsed.TotalMicroseconds / 500_000:F2} microseconds a report");
        await viewer.Until(v => v.Epochs.Count == 500);
        Assert.Equal(Enumerable.Range(1, 500), viewer.Epochs);
        Assert.Equal(Enumerable.Range(1, 500).Select(e => $"notice {e}"), viewer.Notices);
        Assert.InRange(viewer.Points, 100, 2000);
    }

    [Fact]
    public async Task Every_viewer_sees_the_same_whenever_he_came()
    {
        LiveReport live = LiveReport.Start(_net);
        List<Viewer> viewers = [new(live.Address)];
        for (int epoch = 1; epoch <= 30; epoch++)
        {
            live.Report(Samples.Progress(epoch, 4, Samples.Epoch(epoch, 1.0 / epoch)));
            if (epoch % 10 == 0)
            {
                await viewers[0].Until(v => v.Epochs.Count == epoch);
                viewers.Add(new Viewer(live.Address));
                await viewers[^1].Until(v => v.Epochs.Count == epoch);
            }
        }

        await live.DisposeAsync();
        foreach (Viewer viewer in viewers)
        {
            await viewer.Until(v => v.IsOver);
            Assert.Equal(Enumerable.Range(1, 30), viewer.Epochs);
            viewer.Dispose();
        }
    }

    [Fact]
    public async Task Afterwards_nobody_listens_and_reports_are_let_go()
    {
        LiveReport live = LiveReport.Start(_net);
        live.Report(Samples.Progress(1, 1));
        await live.DisposeAsync();
        await live.DisposeAsync();
        live.Report(Samples.Progress(1, 4, Samples.Epoch(1, 1)));
        using TcpClient client = new();
        await Assert.ThrowsAnyAsync<SocketException>(() => client.ConnectAsync(IPAddress.Loopback, live.Address.Port));
    }

    [Fact]
    public async Task A_port_of_ones_own_and_one_that_is_taken()
    {
        await using LiveReport live = LiveReport.Start(_net);
        Assert.ThrowsAny<IOException>(() => LiveReport.Start(_net, new() { Port = live.Address.Port }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LiveReportOptions { Port = 70000 });
    }

    [Fact]
    public void A_training_that_is_watched_is_the_same_to_the_bit()
    {
        float[] Train(bool watched)
        {
            Forecaster net = new(seed: 1);
            LiveReport? live = watched ? LiveReport.Start(net) : null;
            Trainer.For(net, new Adam(1e-2f), new() { Seed = 1, BatchSize = 8 }).Fit(Samples.Series(40), 3, progress: live);
            live?.DisposeAsync().AsTask().GetAwaiter().GetResult();
            return net.Parameters.Values.ToArray();
        }

        Assert.Equal(Train(watched: false), Train(watched: true));
    }

    /// <summary>A host would take Ctrl+C from the program, and read its environment.</summary>
    [Fact]
    public void There_is_no_host() =>
        Assert.DoesNotContain(typeof(LiveReport).Assembly.GetReferencedAssemblies(), a => a.Name!.Contains("Hosting", StringComparison.Ordinal) && !a.Name.EndsWith(".Abstractions", StringComparison.Ordinal));

    private static async Task<HttpStatusCode> Status(string address, string? host = null, HttpMethod? method = null)
    {
        using HttpRequestMessage request = new(method ?? HttpMethod.Get, address);
        request.Headers.Host = host;
        using HttpResponseMessage response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return response.StatusCode;
    }

    /// <summary>Reads the events as the page's script does.</summary>
    private sealed class Viewer : IDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Lock _lock = new();
        private readonly List<int> _epochs = [];

        public Viewer(Uri address) => _ = Task.Run(() => Read(address));

        public IReadOnlyList<int> Epochs
        {
            get
            {
                lock (_lock)
                {
                    return [.. _epochs];
                }
            }
        }

        public List<string> Notices { get; } = [];

        public int Points { get; private set; }

        public bool IsOver { get; private set; }

        public async Task Until(Func<Viewer, bool> condition)
        {
            for (Stopwatch clock = Stopwatch.StartNew(); !condition(this); await Task.Delay(20))
            {
                Assert.True(clock.Elapsed.TotalSeconds < 60, $"{Epochs.Count} epochs, {Points} points, over: {IsOver}");
            }
        }

        public void Dispose() => _stop.Cancel();

        private async Task Read(Uri address)
        {
            using StreamReader reader = new(await Client.GetStreamAsync(new Uri(address, "events"), _stop.Token));
            while (await reader.ReadLineAsync(_stop.Token) is { } line)
            {
                lock (_lock)
                {
                    IsOver |= line == "event: end";
                    if (!line.StartsWith("data: {\"reset\"", StringComparison.Ordinal))
                    {
                        continue;
                    }

                    JsonElement news = JsonDocument.Parse(line[6..]).RootElement;
                    if (news.GetProperty("reset").GetBoolean())
                    {
                        _epochs.Clear();
                        Notices.Clear();
                    }

                    Notices.AddRange(news.GetProperty("notices").EnumerateArray().Select(n => n.GetString()!));

                    _epochs.AddRange(news.GetProperty("epochs").EnumerateArray().Select(e => e.GetProperty("epoch").GetInt32()));
                    JsonElement points = news.GetProperty("points");
                    Points = (points.GetProperty("all").GetBoolean() ? 0 : Points) + points.GetProperty("x").GetArrayLength();
                }
            }
        }
    }
}
