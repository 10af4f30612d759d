package dev.reins.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;

/** Ports of the loopback address. */
public final class Ports {
    /** Below the range from which systems take the ports of outgoing connections, so that a restart finds it free again. */
    private static final int LOWEST = 12_000;

    private static final int HIGHEST = 30_000;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Ports() {}

    /**
     * The port itself if it is free, a free one for 0.
     *
     * @param what as people know it: "API"
     * @param option the option that chooses another
     * @throws CannotStart if another program listens there
     */
    static int claim(int port, String what, String option) {
        if (port == 0) {
            return free();
        }
        if (!isFree(port)) {
            throw new CannotStart(
                    "Port " + port + " (" + what + ") is in use by another program: stop that one, or choose"
                            + " another port with " + option + " N (0 takes a free one).");
        }
        return port;
    }

    /** The preferred port if it is free, else another. */
    public static int claimPreferred(int preferred) {
        return preferred > 0 && isFree(preferred) ? preferred : free();
    }

    public static int free() {
        for (int attempt = 0; attempt < 200; attempt++) {
            int port = LOWEST + RANDOM.nextInt(HIGHEST - LOWEST);
            if (isFree(port)) {
                return port;
            }
        }
        throw new CannotStart("There is no free port between " + LOWEST + " and " + HIGHEST + ".");
    }

    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
