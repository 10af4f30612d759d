package dev.reins.activities.step;

import dev.reins.contracts.StepStatus;
import dev.reins.store.admission.Admissions;
import dev.reins.store.admission.Recording;
import dev.reins.store.admission.StepOutcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records endings, and tries again while the attempt lasts: what a call did is worth more than a moment without a
 * database.
 */
final class Recorder {
    private static final Logger LOG = LoggerFactory.getLogger(Recorder.class);

    private final Admissions admissions;
    private final AccountQueue accounts;

    Recorder(Admissions admissions, AccountQueue accounts) {
        this.admissions = admissions;
        this.accounts = accounts;
    }

    /** @param ending what was recorded in the end */
    record Entry(Ending ending, Recording recording) {}

    Entry record(Claim claim, Ending ending) {
        try {
            Recording recording = Outage.outlast(
                    claim.attempt(), claim.attempt().deadline(), () -> store(claim, ending.outcome(claim)));
            return new Entry(ending, recording);
        } catch (RuntimeException e) {
            if (Outage.isPassing(e)) {
                throw e;
            }
            return recordUnstorable(claim, ending, e);
        }
    }

    /** What holds no credits seldom needs the account. */
    private Recording store(Claim claim, StepOutcome outcome) {
        return claim.step().estimate() == 0
                ? admissions.record(outcome)
                : accounts.record(outcome, claim.attempt().deadline());
    }

    /** Called again, the step would give the same: it fails rather than being performed for ever. */
    private Entry recordUnstorable(Claim claim, Ending ending, RuntimeException cause) {
        if (ending.status() != StepStatus.COMPLETED) {
            throw cause;
        }
        LOG.error("A result could not be stored: {} at {}", cause.getClass().getName(), Place.of(cause));
        Ending failed = ending.unstorable();
        return new Entry(failed, admissions.record(failed.outcome(claim)));
    }
}
