package dev.reins.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
    @TempDir
    Path folder;

    @Test
    void aDataFolderThatCannotBeIsRefusedInOneSentence() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");

        Process process = launch("up", "--home", file.toString());
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(printed.lines().filter(line -> !line.isBlank()))
                .hasSize(2)
                .last()
                .asString()
                .startsWith("reins: Cannot write to the data folder " + file)
                .endsWith("choose another with --home DIR.");
    }

    private static Process launch(String... arguments) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(JavaCommand.of(Main.class.getName(), "128m", JavaCommand.Archive.READ));
        builder.command().addAll(List.of(arguments));
        return builder.redirectErrorStream(true).start();
    }
}
