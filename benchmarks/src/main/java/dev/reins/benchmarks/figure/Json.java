package dev.reins.benchmarks.figure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Figures as a program reads them: {@code {name: {median, p25, p75, unit, goal}}}, and whole sections. */
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

    /** @param taken where and when */
    private record Section(String taken, List<String> notes, Map<String, Row> figures) {}

    public static String of(Report report) {
        return text(rows(report.figures()));
    }

    static JsonNode section(Report.Section section, String taken) {
        return MAPPER.valueToTree(new Section(taken, section.notes(), rows(section.figures())));
    }

    static String text(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /** @return empty for a text of another kind */
    static ObjectNode object(String text) {
        return MAPPER.readTree(text) instanceof ObjectNode object ? object : MAPPER.createObjectNode();
    }

    private static Map<String, Row> rows(List<Figure> figures) {
        Map<String, Row> rows = new LinkedHashMap<>();
        for (Figure figure : figures) {
            Quartiles of = figure.quartiles();
            String goal = figure.goal() == null ? null : figure.goal().toString();
            rows.put(figure.name(), new Row(of.median(), of.p25(), of.p75(), figure.unit(), goal));
        }
        return rows;
    }
}
