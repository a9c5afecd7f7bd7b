package dev.mcpgateway.oracle.console;

import dev.mcpgateway.oracle.language.Language;
import dev.mcpgateway.oracle.observe.ActivityHistory.Minute;
import dev.mcpgateway.oracle.web.Message;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Bars over the last hour, for SVG of 600 by 120.
 *
 * @param title what is shown
 * @param summary the same in words
 */
record Plot(String title, String summary, List<Bar> bars) {
    static final int HEIGHT = 120;

    private static final int WIDTH = 10;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm").withZone(ZoneOffset.UTC);

    Plot {
        bars = List.copyOf(bars);
    }

    /**
     * One part of a bar.
     *
     * @param kind the name of its colour
     */
    record Bar(int x, int y, int height, String kind, String words) {}

    static Plot of(Message title, List<Minute> minutes, Language language) {
        long most = minutes.stream().mapToLong(Minute::all).max().orElse(0);
        String summary = Message.of(
                        "console_plot",
                        minutes.stream().mapToLong(Minute::good).sum(),
                        minutes.stream().mapToLong(Minute::refused).sum(),
                        minutes.stream().mapToLong(Minute::failed).sum(),
                        most)
                .in(language);
        List<Bar> bars = IntStream.range(0, minutes.size())
                .boxed()
                .flatMap(i -> bars(i, minutes.get(i), most, language).stream())
                .filter(bar -> bar.height() > 0)
                .toList();
        return new Plot(title.in(language), summary, bars);
    }

    private static List<Bar> bars(int index, Minute minute, long most, Language language) {
        String words = Message.of(
                        "console_minute", TIME.format(minute.start()), minute.good(), minute.refused(), minute.failed())
                .in(language);
        int failed = scale(minute.failed(), most);
        int refused = scale(minute.failed() + minute.refused(), most);
        int all = scale(minute.all(), most);
        return List.of(
                bar(index, failed, 0, "failed", words),
                bar(index, refused, failed, "refused", words),
                bar(index, all, refused, "good", words));
    }

    private static Bar bar(int index, int top, int bottom, String kind, String words) {
        return new Bar(index * WIDTH, HEIGHT - top, top - bottom, kind, words);
    }

    private static int scale(long value, long most) {
        return most == 0 ? 0 : (int) (value * HEIGHT / most);
    }
}
