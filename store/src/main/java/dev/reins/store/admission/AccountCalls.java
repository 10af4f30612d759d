package dev.reins.store.admission;

import java.util.List;

/** Makes calls under the lock of their user's account, by themselves or several by one statement. Thread-safe. */
public interface AccountCalls {

    /** @throws dev.reins.store.Missing if there is no such run */
    AccountAnswer make(AccountCall call);

    /**
     * Makes calls of one user's runs, each as it would be made by itself: they share the account's lock and a commit. Where
     * one breaks, none is made.
     *
     * @return their answers, in their order, of as many as are enough for one statement: at least the first; the others are not made
     */
    List<AccountAnswer> makeTogether(String userId, List<AccountCall> calls);
}
