/** The Bradley–Terry loss (paper, Eq. 4) on differences of features, and its minimisation. */
package dev.panda.reward.workshop.fit;
