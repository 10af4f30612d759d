package dev.reins.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** One target of the checkout's {@code Dockerfile}, with what it has from the stage it stands on. */
record ImageFile(List<String> instructions) {
    private static final Pattern FROM = Pattern.compile("FROM (\\S+) AS (\\S+)");

    static ImageFile target(String name) {
        Map<String, ImageFile> stages = new LinkedHashMap<>();
        String stage = "";
        for (String line : lines()) {
            var from = FROM.matcher(line);
            if (from.matches()) {
                stage = from.group(2);
                ImageFile base = stages.getOrDefault(from.group(1), new ImageFile(List.of()));
                stages.put(stage, new ImageFile(new java.util.ArrayList<>(base.instructions())));
            } else if (stages.containsKey(stage)) {
                stages.get(stage).instructions().add(line);
            }
        }
        return stages.get(name);
    }

    private static List<String> lines() {
        try {
            return Files.readString(ComposeFile.ROOT.resolve("Dockerfile"))
                    .replaceAll("(?m)^#.*\\R", "")
                    .replaceAll("\\\\\\R\\s*", "")
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What follows the keyword, in order. */
    List<String> all(String keyword) {
        return instructions.stream()
                .filter(line -> line.startsWith(keyword + " "))
                .map(line -> line.substring(keyword.length() + 1))
                .toList();
    }

    List<String> entrypoint() {
        return words(all("ENTRYPOINT").getLast());
    }

    List<String> healthCheck() {
        return words(all("HEALTHCHECK").getLast().replaceFirst(".*?CMD ", ""));
    }

    /** The command by which the class archive is made, as a start with other options. */
    String training() {
        return all("RUN").stream()
                .filter(line -> line.startsWith("java "))
                .findFirst()
                .orElseThrow();
    }

    Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        for (String line : all("ENV")) {
            String[] parts = line.split("=", 2);
            environment.put(parts[0], parts[1].replaceAll("^\"|\"$", ""));
        }
        return environment;
    }

    private static List<String> words(String json) {
        return Stack.json().readerForListOf(String.class).readValue(json);
    }
}
