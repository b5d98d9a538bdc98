"""Prints as JSON what TensorBoard reads from a folder of event files: read_events.py FOLDER"""
import json
import sys

from tensorboard.backend.event_processing import event_accumulator, plugin_event_accumulator

everything = {name: 0 for name in ["scalars", "histograms", "tensors"]}
events = event_accumulator.EventAccumulator(sys.argv[1], size_guidance=everything)
events.Reload()
tags = events.Tags()
plugins = plugin_event_accumulator.EventAccumulator(sys.argv[1], size_guidance=everything)
plugins.Reload()
print(json.dumps({
    "scalars": {tag: [[event.step, event.value] for event in events.Scalars(tag)] for tag in tags["scalars"]},
    "histograms": {
        tag: [
            [event.step, event.histogram_value.num, sum(event.histogram_value.bucket)]
            for event in events.Histograms(tag)]
        for tag in tags["histograms"]},
    "recipe": plugins.Tensors("recipe")[-1].tensor_proto.string_val[0].decode(),
    "plugins": {
        tag: plugins.SummaryMetadata(tag).plugin_data.plugin_name for tag in plugins.Tags()["tensors"]},
}))
