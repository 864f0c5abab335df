"""The RabbitMQ dialect: what leaves for 1C, and which of the kernel's records its messages are."""
