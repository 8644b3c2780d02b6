/**
 * The decoding core: Algorithm 1 of the paper and the methods it is compared with.
 *
 * <p>One step of a generation reads: candidates Z of a {@link
 * dev.panda.orchestrator.serving.decoding.Step}, the ones that can win ({@link
 * dev.panda.orchestrator.serving.decoding.Policy#survivors}), their {@link
 * dev.panda.orchestrator.serving.decoding.Rewards}, and the {@link
 * dev.panda.orchestrator.serving.decoding.Choice} of a {@link
 * dev.panda.orchestrator.serving.decoding.Policy}. Plain Java over arrays: no I/O, no threads,
 * nothing but {@code java.*}.
 *
 * <p>Letters: k candidates in Z, step t counted from 0, λ functions λ_m in Λ, reward r, base model
 * π_b, weights w_j of preferences j.
 */
package dev.panda.orchestrator.serving.decoding;
