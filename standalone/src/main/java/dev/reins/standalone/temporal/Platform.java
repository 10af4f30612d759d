package dev.reins.standalone.temporal;

import java.util.Locale;

/** The machine's system and processor, by the names that Temporal's downloads use. */
record Platform(String system, String processor) {
    static Platform ofThisMachine() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
        String processor = switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64", "arm64" -> "arm64";
            default -> System.getProperty("os.arch");
        };
        return new Platform(system, processor);
    }

    boolean isLinuxOnX86() {
        return system.equals("linux") && processor.equals("amd64");
    }

    @Override
    public String toString() {
        return system + "_" + processor;
    }
}
