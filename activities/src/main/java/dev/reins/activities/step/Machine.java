package dev.reins.activities.step;

/** The virtual machine that a worker runs in. */
public final class Machine {
    private Machine() {}

    /** Whether it is the machine that failed, which passes or ends the worker, and not the code: that overflows its stack by itself. */
    public static boolean isInTrouble(Throwable e) {
        return e instanceof VirtualMachineError && !(e instanceof StackOverflowError);
    }
}
