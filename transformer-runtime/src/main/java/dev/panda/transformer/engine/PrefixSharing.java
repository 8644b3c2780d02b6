package dev.panda.transformer.engine;

/**
 * Whose sequences share the keys and values of a common beginning. Sharing makes prompts faster
 * that others have had, so one who measures times can tell that somebody had a prompt.
 */
public enum PrefixSharing {
  /** All sequences share. */
  EVERYONE,
  /** Sequences share with those of their own owner. */
  OWNER,
  /** None shares. */
  NOBODY
}
