/** Work through many responses: text to tokens, a few inputs under way at a time, progress. */
package dev.panda.reward.workshop.batch;
