package dev.reins.standalone;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Ports that nobody chooses: free ones, the same at each start as far as they still are free. */
final class RememberedPorts {
    private static final String FILE = "ports";

    private final Home home;
    private final Properties known = new Properties();

    RememberedPorts(Home home) {
        this.home = home;
        try {
            known.load(new StringReader(home.read(FILE).orElse("")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int claim(String name) {
        int port = Ports.claimPreferred(Integer.parseInt(known.getProperty(name, "0")));
        known.setProperty(name, Integer.toString(port));
        StringWriter text = new StringWriter();
        try {
            known.store(text, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        home.writePrivately(FILE, text.toString());
        return port;
    }
}
