package dev.panda.reward.training;

/** A pair in the backbone's tokens. */
record EncodedPair(PreferencePair pair, ResponseTokens chosen, ResponseTokens rejected) {}
