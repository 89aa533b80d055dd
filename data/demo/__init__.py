"""The demonstration city: invented risks, pipelines, roads and boats on a real coast."""

from data.demo.generate import generate

__all__ = ["generate"]
