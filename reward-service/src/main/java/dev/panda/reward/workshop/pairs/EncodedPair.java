package dev.panda.reward.workshop.pairs;

/** A pair in the backbone's tokens. */
public record EncodedPair(PreferencePair pair, ResponseTokens chosen, ResponseTokens rejected) {}
