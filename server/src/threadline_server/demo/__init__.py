"""Sessions that read true, told as data, laid out in time and sent through the SDK."""
