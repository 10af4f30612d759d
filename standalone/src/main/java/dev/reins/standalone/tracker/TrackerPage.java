package dev.reins.standalone.tracker;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** The issues as a page for people. */
final class TrackerPage {
    private static final String PAGE = page();

    private TrackerPage() {}

    static String of(List<Issue> issues) {
        return PAGE.replace(
                "{{issues}}", issues.stream().map(TrackerPage::article).collect(Collectors.joining("\n")));
    }

    private static String article(Issue issue) {
        String labels = issue.labels().stream()
                .map(label -> "<span class=\"label\">" + escaped(label) + "</span>")
                .collect(Collectors.joining());
        String comments = issue.comments().stream()
                .map(comment -> "<p class=\"comment\">" + escaped(comment.body()) + "</p>")
                .collect(Collectors.joining());
        return "<article class=\"%s\"><h2>#%d %s</h2><p>%s</p><p>%s %s</p>%s</article>"
                .formatted(
                        issue.state(),
                        issue.number(),
                        escaped(issue.title()),
                        escaped(issue.body()),
                        issue.state(),
                        labels,
                        comments);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static String page() {
        try (InputStream in = Objects.requireNonNull(TrackerPage.class.getResourceAsStream("page.html"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
