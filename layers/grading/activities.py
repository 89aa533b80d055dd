"""Activities beside a pipeline, as the pipeline protection law names them.

Source: 石油天然气管道保护法 (2010), articles 28 to 35.
"""

ACTIVITIES = {
    "deep_rooted_planting": "种植深根植物",
    "earth_taking": "取土、采石",
    "open_fire": "用火",
    "heavy_stacking": "堆放重物",
    "corrosive_discharge": "排放腐蚀性物质",
    "mechanical_excavation": "机械挖掘",
    "pond_or_canal": "挖塘、修渠",
    "yard_or_greenhouse": "晒场、养殖场、温室、畜圈",
    "building": "建房及其他建构筑物",
    "crowded_place": "居民小区、学校、医院、商场等",
    "flammable_place": "变电站、加油加气站、储罐等",
    "anchoring": "抛锚、拖锚",
    "dredging": "挖砂、挖泥、采石(水域)",
    "underwater_blasting": "水下爆破",
    "quarry": "采石、采矿",
    "crossing": "穿跨越管道的施工",
    "road_rail_waterway": "新改扩建铁路、公路、河渠",
    "power_line": "架设电力线路",
    "buried_cable": "埋设地下电缆、光缆",
    "earthing": "安全接地体、避雷接地体",
    "blasting": "爆破",
    "seismic_survey": "地震法勘探",
    "excavation": "工程挖掘",
    "drilling": "工程钻探",
    "mining": "采矿",
    "heavy_vehicle": "重型车辆在管道上方行驶",
    "valve_operation": "擅自开闭管道阀门",
    "marker_damage": "移动、毁损管道标志",
}
"""Kinds of activity that the pipeline protection law names, and how people call them."""
