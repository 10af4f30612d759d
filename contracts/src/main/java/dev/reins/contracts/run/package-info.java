/** The run workflow's interface and what it exchanges with its bookkeeping. */
@NullMarked
package dev.reins.contracts.run;

import org.jspecify.annotations.NullMarked;
