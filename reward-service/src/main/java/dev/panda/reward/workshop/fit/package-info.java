/** Bradley–Terry's loss (paper, Eq. 4) on differences of features, and its minimum. */
package dev.panda.reward.workshop.fit;
