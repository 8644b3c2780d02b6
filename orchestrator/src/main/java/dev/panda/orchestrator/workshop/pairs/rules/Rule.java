package dev.panda.orchestrator.workshop.pairs.rules;

/**
 * How scores rank answers.
 *
 * @param words the rule in words, as in "readability grade, lower chosen"
 * @param unit what the score counts, in the plural, as in "grades"
 * @param leastGap least difference of two scores that tells the answers apart, unless another one
 *     is asked for
 * @param higherIsChosen whether the answer with the higher score is chosen
 */
public record Rule(String words, String unit, double leastGap, boolean higherIsChosen) {}
