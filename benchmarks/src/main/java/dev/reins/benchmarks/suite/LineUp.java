package dev.reins.benchmarks.suite;

import dev.reins.benchmarks.contestant.Contestant;
import dev.reins.benchmarks.figure.Report;
import dev.reins.benchmarks.ground.Ground;
import dev.reins.standalone.CannotStart;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/** The contestants that could be set up on a ground; of the others, the report says why not. */
final class LineUp implements AutoCloseable {
    private final List<Contestant> contestants = new ArrayList<>();

    private LineUp() {}

    static LineUp on(Ground ground, List<Function<Ground, Contestant>> wanted, Report report, String section) {
        LineUp lineUp = new LineUp();
        report.note(section, ground.configuration() + ".");
        try {
            wanted.forEach(contestant -> lineUp.tryAdd(ground, contestant, report, section));
            return lineUp;
        } catch (RuntimeException | Error e) {
            lineUp.close();
            throw e;
        }
    }

    private void tryAdd(Ground ground, Function<Ground, Contestant> wanted, Report report, String section) {
        try {
            Contestant contestant = wanted.apply(ground);
            contestants.add(contestant);
            report.note(section, "`" + contestant.name() + "`: " + contestant.configuration() + ".");
        } catch (CannotStart reason) {
            report.note(section, "Not measured: " + reason.getMessage());
        }
    }

    List<Contestant> contestants() {
        return Collections.unmodifiableList(contestants);
    }

    @Override
    public void close() {
        contestants.reversed().forEach(Contestant::close);
    }
}
