package dev.reins.benchmarks.figure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reins.benchmarks.figure.Goal.AtMost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {
    @TempDir
    Path folder;

    private final Report report = new Report();

    @Test
    void jsonHasEachFigureUnderItsName() {
        report.add(
                "speed",
                Figure.sampled("speed.ratio", List.of(1.0, 1.2, 1.4), "x bare").withGoal(new AtMost(1.3)));
        report.add("speed", Figure.counted("speed.events", 6, "events per step"));

        JsonNode json = JsonMapper.shared().readTree(Json.of(report));

        JsonNode ratio = json.get("speed.ratio");
        assertThat(ratio.propertyNames()).containsExactlyInAnyOrder("median", "p25", "p75", "unit", "goal");
        assertThat(ratio.get("median").doubleValue()).isEqualTo(1.2);
        assertThat(ratio.get("goal").stringValue()).isEqualTo("<= 1.3");
        assertThat(json.get("speed.events").get("goal").isNull()).isTrue();
    }

    @Test
    void whatIsTakenAgainReplacesItsOwnSectionAndLeavesTheOthers() {
        report.add("speed", Figure.counted("speed.a", 1, "x"));
        report.add("size", Figure.counted("size.a", 2, "x"));
        String before = page();
        assertThat(before)
                .containsSubsequence("# What", "\n\n## speed\n", "`speed.a` | 1.00", "\n\n## size\n", "`size.a`");

        Report again = new Report();
        again.add("speed", Figure.counted("speed.a", 3, "x"));
        assertThat(page(again)).isEqualTo(before.replace("| `speed.a` | 1.00", "| `speed.a` | 3.00"));
    }

    @Test
    void theFileBesideThePageReplacesSectionsAsThePageDoes() {
        report.note("size", "Counted.");
        report.add("size", Figure.counted("size.a", 2, "x").withGoal(new AtMost(2)));
        besideThePage(report, "a machine");
        Report again = new Report();
        again.add("speed", Figure.counted("speed.a", 3, "x"));
        besideThePage(again, "another machine");

        JsonNode json = JsonMapper.shared().readTree(folder.resolve("RESULTS.json"));

        assertThat(json.propertyNames()).containsExactly("speed", "size");
        JsonNode size = json.get("size");
        assertThat(size.get("taken").stringValue()).isEqualTo("a machine");
        assertThat(size.get("notes").get(0).stringValue()).isEqualTo("Counted.");
        assertThat(size.get("figures").get("size.a").get("goal").stringValue()).isEqualTo("<= 2");
        assertThat(json.get("speed").get("taken").stringValue()).isEqualTo("another machine");

        again.add("speed", Figure.counted("speed.b", 4, "x"));
        besideThePage(again, "another machine");
        assertThat(JsonMapper.shared()
                        .readTree(folder.resolve("RESULTS.json"))
                        .get("speed")
                        .get("figures")
                        .propertyNames())
                .containsExactly("speed.a", "speed.b");
    }

    private void besideThePage(Report put, String taken) {
        ResultsJson.beside(folder.resolve("RESULTS.md"), List.of("speed", "size"))
                .put(put, taken);
    }

    private String page() {
        return page(report);
    }

    private String page(Report put) {
        Path file = folder.resolve("RESULTS.md");
        new ResultsPage(file, List.of("speed", "size")).put(put, "a machine");
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void thePageSaysWhichGoalsAreMissed() {
        report.add("speed", Figure.counted("speed.a", 1.1, "x").withGoal(new AtMost(1.3)));
        report.add("speed", Figure.counted("speed.b", 1.4, "x").withGoal(new AtMost(1.3)));

        assertThat(page())
                .contains("| `speed.a` | 1.10 |  | x | <= 1.3 met |", "| `speed.b` | 1.40 |  | x | <= 1.3 MISSED |");
    }

    @Test
    void thePageSaysHowEachContestantWasConfigured() {
        report.note("speed", "`peer`: a pool of 20.");
        report.add("speed", Figure.counted("speed.a", 1.1, "x"));

        assertThat(page()).contains("## speed\n\nTaken on a machine.\n\n- `peer`: a pool of 20.\n");
    }
}
