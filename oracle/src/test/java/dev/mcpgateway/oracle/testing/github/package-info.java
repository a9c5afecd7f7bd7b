/**
 * A GitHub for tests, here and in other modules: {@link dev.mcpgateway.oracle.testing.github.GithubStandIn} answers as
 * GitHub's documentation says, {@link dev.mcpgateway.oracle.testing.github.Person} is somebody in front of its pages.
 */
@NullMarked
package dev.mcpgateway.oracle.testing.github;

import org.jspecify.annotations.NullMarked;
