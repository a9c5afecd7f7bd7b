/**
 * Docker labels as a second source of routes.
 *
 * <p>A {@link dev.mcpgateway.router.docker.ContainerWatch} asks the {@link dev.mcpgateway.router.docker.DockerApi} for
 * the running {@link dev.mcpgateway.router.docker.Container}s whenever an event says that something changed, and every
 * so often. A {@link dev.mcpgateway.router.docker.LabelReader} makes of their labels what {@code gateway.yaml} would
 * say: {@link dev.mcpgateway.router.docker.LabelledRoutes}. What it cannot is said in words.
 */
package dev.mcpgateway.router.docker;
