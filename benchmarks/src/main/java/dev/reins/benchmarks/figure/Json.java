package dev.reins.benchmarks.figure;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Figures as a program reads them: {@code {name: {median, p25, p75, unit, goal}}}. */
public final class Json {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Json() {}

    /** @param goal such as {@code "<= 1.3"}; null where there is none */
    private record Row(
            double median,
            double p25,
            double p75,
            String unit,
            @Nullable String goal) {}

    public static String of(Report report) {
        Map<String, Row> rows = new LinkedHashMap<>();
        for (Figure figure : report.figures()) {
            Quartiles of = figure.quartiles();
            String goal = figure.goal() == null ? null : figure.goal().toString();
            rows.put(figure.name(), new Row(of.median(), of.p25(), of.p75(), figure.unit(), goal));
        }
        return MAPPER.writeValueAsString(rows);
    }
}
